using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Candidates;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>How popular a product is.</summary>
/// <param name="BySegment">Per <see cref="ShopperSegment"/>, [0, 1): r/(r + 3), where r is its weight against the average product's.</param>
/// <param name="Trend">How much more it is looked at now than usual, [0, 1).</param>
public readonly record struct ItemPopularity(ImmutableArray<float> BySegment, float Trend)
{
    /// <summary>How often and after how long it is bought again.</summary>
    public PurchaseRhythm Rhythm { get; init; }
}
