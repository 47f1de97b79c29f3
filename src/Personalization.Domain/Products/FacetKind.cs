namespace Personalization.Domain.Products;

/// <summary>What about a product a shopper can be drawn to. Stored as a number: never reuse or renumber a value.</summary>
public enum FacetKind : byte
{
    /// <summary>A category, at any level of the tree.</summary>
    Category = 0,
    /// <summary>A brand.</summary>
    Brand = 1,
    /// <summary>An attribute with its value, such as <c>finish:matte</c>.</summary>
    Attribute = 2,
}
