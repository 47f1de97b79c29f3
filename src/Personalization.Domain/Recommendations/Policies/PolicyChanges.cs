using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>What has changed in a policy between two versions. Everything in it replaces what a reader had.</summary>
public sealed record PolicyChanges
{
    /// <summary>The version a reader must have at least; 0 for any.</summary>
    public required long From { get; init; }

    /// <summary>The version a reader has afterwards.</summary>
    public required long To { get; init; }

    /// <summary>The shape of the features.</summary>
    public required PolicyShape Shape { get; init; }

    /// <summary>λ₂: one over the variance of an item that nobody has seen.</summary>
    public required float ItemLambda { get; init; }

    /// <summary>Θ, user-major, with the scale of the crosses folded in.</summary>
    public required ImmutableArray<float> Shared { get; init; }

    /// <summary>Where the policy stands.</summary>
    public PolicyStanding Standing { get; init; } = PolicyStanding.None;

    /// <summary>The items whose weights changed.</summary>
    public required ImmutableArray<ItemWeights> Items { get; init; }
}

/// <summary>An item's own weights.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Evidence">How many looks at it they rest on (an observation at position k counts b_k²).</param>
/// <param name="Weights">η.</param>
/// <param name="Covariance">P, lower triangle by rows.</param>
/// <param name="Lambda">λ₂ of this very item's ridge: items follow another choice one after the other.</param>
public sealed record ItemWeights(string ItemId, float Evidence, ImmutableArray<float> Weights, ImmutableArray<float> Covariance, float Lambda);
