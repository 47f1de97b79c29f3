using System.Collections.Immutable;

namespace Personalization.Domain.Products;

/// <summary>What the catalogue says about a product. Immutable; <see cref="ProductFactsValidator"/> has the rules.</summary>
/// <remarks>
/// The facets are made once, when the fact they stem from is set (a copy made by <c>with</c> makes those anew that it
/// changes), so that folding an event into a profile neither hashes nor joins text.
/// </remarks>
public sealed record ProductFacts
{
    /// <summary>The share of the price that the shop keeps when the catalogue does not say.</summary>
    public const double DefaultMarginRate = 0.3;

    /// <summary>No expected reward is below this …</summary>
    public const double LeastOfflineScore = -1;

    /// <summary>… or above this.</summary>
    public const double MostOfflineScore = 3;

    /// <summary>The id: 1 to 128 characters.</summary>
    public required string ProductId { get; init; }

    /// <summary>The title: up to 500 characters; empty when there is none.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>The brand: up to 128 characters; empty when there is none.</summary>
    public string Brand
    {
        get;
        init
        {
            field = value;
            BrandFacet = string.IsNullOrEmpty(value) ? null : FacetKey.Brand(value);
        }
    } = string.Empty;

    /// <summary>The categories from the root: 1 to 8 names of 1 to 64 characters without slashes.</summary>
    public required ImmutableArray<string> CategoryPath
    {
        get;
        init
        {
            field = value;
            CategoryFacets = Prefixes(value);
        }
    }

    /// <summary>The price of one unit, not negative, in <see cref="Currency"/>.</summary>
    public decimal Price { get; init; }

    /// <summary>ISO 4217, three capital letters; empty only when the price is 0.</summary>
    public string Currency { get; init; } = string.Empty;

    /// <summary>The share of the price that the shop keeps after the cost of goods, [−1, 1].</summary>
    public double MarginRate { get; init; } = DefaultMarginRate;

    /// <summary>Whether it can be bought now.</summary>
    public bool InStock { get; init; }

    /// <summary>Up to 64 attributes, in ordinal order of name and then value; a name may have several values.</summary>
    public ImmutableArray<ProductAttribute> Attributes
    {
        get;
        init
        {
            field = Sorted(value);
            AttributeFacets = [.. field.Select(static a => FacetKey.Attribute(a.Name, a.Value))];
        }
    } = [];

    /// <summary>When it was or will be launched.</summary>
    public DateTimeOffset LaunchedAt { get; init; }

    /// <summary>
    /// The reward that a ranker of the caller's own, trained elsewhere, expects when the product is shown and looked at:
    /// [<see cref="LeastOfflineScore"/>, <see cref="MostOfflineScore"/>]; null where there is none.
    /// </summary>
    public double? OfflineScore { get; init; }

    /// <summary>
    /// Where its price stands among the products of its deepest category, [0, 1]: the share of them that cost less, ties
    /// counted half. NaN when nobody has worked it out: set by whoever knows the whole catalogue, never by a caller.
    /// </summary>
    public float PriceRank { get; init; } = float.NaN;

    /// <summary>What the shop keeps of one unit, in <see cref="Currency"/>.</summary>
    public decimal Margin => Price * (decimal)MarginRate;

    /// <summary>The brand's facet; null without a brand.</summary>
    public FacetKey? BrandFacet { get; private init; }

    /// <summary>The facets of the category and all above it, root first.</summary>
    public ImmutableArray<FacetKey> CategoryFacets { get; private init; } = [];

    /// <summary>The attributes' facets, in their order.</summary>
    public ImmutableArray<FacetKey> AttributeFacets { get; private init; } = [];

    /// <summary>Equal when everything the catalogue says is equal.</summary>
    public bool Equals(ProductFacts? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && ProductId == other.ProductId && Title == other.Title && Brand == other.Brand
            && CategoryPath.AsSpan().SequenceEqual(other.CategoryPath.AsSpan())
            && Price == other.Price && Currency == other.Currency && MarginRate.Equals(other.MarginRate)
            && InStock == other.InStock && Attributes.AsSpan().SequenceEqual(other.Attributes.AsSpan())
            && LaunchedAt == other.LaunchedAt && Nullable.Equals(OfflineScore, other.OfflineScore) && PriceRank.Equals(other.PriceRank));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ProductId, Title, Brand, Price, InStock, LaunchedAt);

    private static ImmutableArray<FacetKey> Prefixes(ImmutableArray<string> path)
    {
        if (path.IsDefaultOrEmpty)
        {
            return [];
        }

        var facets = ImmutableArray.CreateBuilder<FacetKey>(path.Length);
        for (var depth = 1; depth <= path.Length; depth++)
        {
            facets.Add(FacetKey.Category(path.AsSpan()[..depth]));
        }

        return facets.MoveToImmutable();
    }

    private static ImmutableArray<ProductAttribute> Sorted(ImmutableArray<ProductAttribute> attributes) =>
        attributes.IsDefaultOrEmpty
            ? []
            : attributes.Sort(static (a, b) =>
                string.CompareOrdinal(a.Name, b.Name) is not 0 and var byName ? byName : string.CompareOrdinal(a.Value, b.Value));
}
