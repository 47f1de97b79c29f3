using System.Collections.Immutable;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations.Candidates;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>Everything that a version of the catalogue is made of.</summary>
internal sealed record CatalogColumns
{
    public static CatalogColumns Empty { get; } = new();

    public ItemDirectory Directory { get; init; } = ItemDirectory.Empty;

    /// <summary>Facets by <see cref="FacetKey.Hash"/>.</summary>
    public GrowingIndex<ulong> Facets { get; init; } = GrowingIndex<ulong>.Empty;

    /// <summary>Per facet, its name.</summary>
    public ChunkedColumn<string> FacetNames { get; init; } = ChunkedColumn<string>.Empty();

    /// <summary>Per facet, the products that have it or had it once, in order of their numbers.</summary>
    public ChunkedColumn<int[]> Postings { get; init; } = ChunkedColumn<int[]>.Empty();

    /// <summary>Null for a product that is known by number only.</summary>
    public ChunkedColumn<ProductFacts?> Facts { get; init; } = ChunkedColumn<ProductFacts?>.Empty();

    public ChunkedColumn<ItemFacets?> ItemFacets { get; init; } = ChunkedColumn<ItemFacets?>.Empty();

    /// <summary>What ranking reads.</summary>
    public ChunkedColumn<ItemRow> Rows { get; init; } = ChunkedColumn<ItemRow>.Empty();

    /// <summary>What a taste is made up of, by <see cref="TasteParts"/>: a row of parts per product.</summary>
    public ChunkedColumn<int> TasteParts { get; init; } = ChunkedColumn<int>.Empty(Catalog.TasteParts.PerItem);

    public ChunkedColumn<ItemSentiment> Sentiment { get; init; } = ChunkedColumn<ItemSentiment>.Empty();

    /// <summary>How often and after how long a product is bought again.</summary>
    public ChunkedColumn<PurchaseRhythm> Rhythms { get; init; } = ChunkedColumn<PurchaseRhythm>.Empty();

    /// <summary>Per facet, the same of all listed products whose deepest category it is.</summary>
    public ChunkedColumn<PurchaseRhythm> CategoryRhythms { get; init; } = ChunkedColumn<PurchaseRhythm>.Empty();

    /// <summary>Per segment, best first.</summary>
    public ImmutableArray<RankedList> Popular { get; init; } = [.. Enumerable.Repeat(RankedList.Empty, ShopperSegments.Count)];

    public RankedList Trending { get; init; } = RankedList.Empty;

    /// <summary>By the lower bound of what shoppers feel.</summary>
    public RankedList Favoured { get; init; } = RankedList.Empty;

    public RankedList Newest { get; init; } = RankedList.Empty;

    public int ListedCount { get; init; }

    public int InStockCount { get; init; }
}
