using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>What has changed in co-visitation between two versions. Everything in it replaces what a reader had.</summary>
/// <param name="From">The version a reader must have at least; 0 for any.</param>
/// <param name="To">The version a reader has afterwards.</param>
/// <param name="Rows">The products whose neighbours changed.</param>
public sealed record CoVisitationChanges(long From, long To, ImmutableArray<NeighbourRow> Rows);

/// <summary>A product's neighbours.</summary>
/// <param name="ItemId">The product.</param>
/// <param name="Neighbours">What shoppers turn to after or before it, strongest first.</param>
/// <param name="Scores">How strongly, above 0; as many.</param>
public sealed record NeighbourRow(string ItemId, ImmutableArray<string> Neighbours, ImmutableArray<float> Scores)
{
    /// <summary>What shoppers turn to directly after it, likeliest first.</summary>
    public ImmutableArray<string> Next { get; init; } = [];

    /// <summary>The chance of each, (0, 1); as many.</summary>
    public ImmutableArray<float> NextChances { get; init; } = [];
}
