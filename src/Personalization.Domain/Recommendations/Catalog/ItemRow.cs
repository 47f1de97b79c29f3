using System.Runtime.CompilerServices;
using Personalization.Domain.Recommendations.Features;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// What ranking reads of a product, side by side: a candidate is met in no particular order, and what a processor waits for
/// then is memory, one wait for each place that has to be looked at.
/// </summary>
internal struct ItemRow
{
    /// <summary>Whether it is in the catalogue; a product can be known by number only.</summary>
    public bool Listed;

    /// <summary>Whether it can be bought now; never true of one that is not listed.</summary>
    public bool InStock;

    public float Price;

    /// <summary>What the caller's own ranker expects of it, as <see cref="OfflineScores.FeatureOf"/>.</summary>
    public float OfflineScore;

    /// <summary>How much more it is looked at now than usual, [0, 1).</summary>
    public float Trend;

    public SegmentValues Popularity;

    /// <summary>The features of the product alone.</summary>
    public StaticValues Features;

    /// <summary>In UTC ticks.</summary>
    public long LaunchedAt;

    public ItemContent Content;

    public FacetNumbers Facets;

    /// <summary>One number per <see cref="ShopperSegment"/>.</summary>
    [InlineArray(ShopperSegments.Count)]
    internal struct SegmentValues
    {
        private float _first;
    }

    /// <summary>One number per feature of the product alone, in the order of <see cref="ItemFeature"/>.</summary>
    [InlineArray(FeatureSchema.StaticCount)]
    internal struct StaticValues
    {
        private float _first;
    }
}
