namespace Personalization.Domain.Products;

/// <summary>The aspects of a product that feelings are told apart by. Stored as a number: never reuse or renumber a value.</summary>
public enum ProductAspect : byte
{
#pragma warning disable CS1591 // the names say it
    Texture = 0,
    Scent = 1,
    Shade = 2,
    Price = 3,
    Delivery = 4,
    Service = 5,
    Fit = 6,
    Quality = 7,
    Packaging = 8,
#pragma warning restore CS1591
    /// <summary>Any other.</summary>
    Other = 9,
}

/// <summary>Names of aspects.</summary>
public static class ProductAspects
{
    /// <summary>How many there are.</summary>
    public const int Count = 10;

    /// <summary>The aspect that a scorer's name stands for; <see cref="ProductAspect.Other"/> for a name that is none.</summary>
    public static ProductAspect Parse(string name) => name switch
    {
        "texture" => ProductAspect.Texture,
        "scent" => ProductAspect.Scent,
        "shade" => ProductAspect.Shade,
        "price" => ProductAspect.Price,
        "delivery" => ProductAspect.Delivery,
        "service" => ProductAspect.Service,
        "fit" => ProductAspect.Fit,
        "quality" => ProductAspect.Quality,
        "packaging" => ProductAspect.Packaging,
        _ => ProductAspect.Other,
    };
}
