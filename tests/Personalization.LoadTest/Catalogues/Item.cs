using Personalization.Client;
using Personalization.V1;

namespace Personalization.LoadTest.Catalogues;

/// <summary>A product of the generated shop: what everybody can read about it, and the truth about it.</summary>
internal sealed class Item
{
    /// <summary>Its place in the catalogue.</summary>
    public required int Index { get; init; }

    public required string ProductId { get; init; }

    public required string Title { get; init; }

    public required int Brand { get; init; }

    public required string BrandName { get; init; }

    /// <summary>Place in <see cref="Family.All"/>.</summary>
    public required int FamilyIndex { get; init; }

    /// <summary>What it is called in a sentence: "serum".</summary>
    public required string Noun { get; init; }

    public required decimal Price { get; init; }

    public required double MarginRate { get; init; }

    /// <summary>Numbers of its trait values (<see cref="TraitValues"/>).</summary>
    public required int[] Traits { get; init; }

    public required bool InStock { get; init; }

    /// <summary>How many days before the run it was launched.</summary>
    public required int LaunchedDaysAgo { get; init; }

    /// <summary>The truth that the engine never sees.</summary>
    public required ItemTruth Truth { get; init; }

    public Family Family => Family.All[FamilyIndex];

    /// <summary>Where in its family's price range it lies, 0 to 1.</summary>
    public double PriceLevel => Math.Clamp(
        Math.Log((double)Price / Family.PriceFrom) / Math.Log(Family.PriceTo / Family.PriceFrom), 0, 1);

    /// <summary>What the engine is told.</summary>
    public Product ToProduct(DateTimeOffset now)
    {
        var product = new Product
        {
            ProductId = ProductId,
            Title = Title,
            Brand = BrandName,
            Price = Amounts.Of(Price, Currency),
            MarginRate = MarginRate,
            InStock = InStock,
            LaunchedAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(now.AddDays(-LaunchedDaysAgo)),
        };
        product.CategoryPath.Add(Family.Department);
        product.CategoryPath.Add(Family.Name);
        foreach (var number in Traits)
        {
            var trait = TraitValues.TraitOf(number);
            product.Attributes[TraitValues.NameOf(trait)] = TraitValues.ValueOf(trait, number);
        }

        return product;
    }

    /// <summary>The shop's currency.</summary>
    public const string Currency = "USD";
}

/// <summary>The truth about a product: what an average shopper would come to feel about it.</summary>
/// <param name="Quality">How good it is: the average feeling of those who use it, [−1, 1].</param>
/// <param name="Allure">How much it draws the eye, whether good or not: standard normal.</param>
/// <param name="Aspects">How good each aspect of its family is, [−1, 1], in the family's order.</param>
internal sealed record ItemTruth(double Quality, double Allure, double[] Aspects);
