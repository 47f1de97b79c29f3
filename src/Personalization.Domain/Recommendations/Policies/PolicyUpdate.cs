using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>One lesson for a policy: what a reward, or a change of one, was got for.</summary>
/// <remarks>Lessons add up: in whatever pieces and order the rewards of a decision come, the shared weights end the same.</remarks>
public sealed record PolicyUpdate
{
    /// <summary>Whether this is an observation or the change of one.</summary>
    public required PolicyUpdateKind Kind { get; init; }

    /// <summary>The offset, in its partition, of the event that taught it.</summary>
    public required long Offset { get; init; }

    /// <summary>The item.</summary>
    public required string ItemId { get; init; }

    /// <summary>The user's features as the decision saw them, on the <see cref="FeatureGrid"/>.</summary>
    public required ImmutableArray<sbyte> User { get; init; }

    /// <summary>The item's features as the decision saw them, on the <see cref="FeatureGrid"/>.</summary>
    public required ImmutableArray<sbyte> Item { get; init; }

    /// <summary>The slot, from 1.</summary>
    public required int Position { get; init; }

    /// <summary>The reward, or by how much it changed; finite.</summary>
    public required float Reward { get; init; }

    /// <summary>The version of the policy that decided.</summary>
    public required long PolicyVersion { get; init; }

    /// <summary>The version of the features; what does not fit the policy is counted and left out.</summary>
    public required int FeatureVersion { get; init; }
}

/// <summary>What kind of lesson it is. Stored as a number: never reuse or renumber a value.</summary>
public enum PolicyUpdateKind : byte
{
    /// <summary>The first word on an item of a slate.</summary>
    Observation = 0,
    /// <summary>A reward that was told before has changed.</summary>
    Amendment = 1,
}
