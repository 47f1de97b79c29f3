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

    /// <summary>
    /// b as the decision saw it, (0, 1]: how likely its position was to be looked at. An amendment has that of its observation.
    /// 0 where the decision does not say: the policy's own first guess for <see cref="Position"/> is taken.
    /// </summary>
    public float Examination { get; init; }

    /// <summary>The reward, or by how much it changed; finite.</summary>
    public required float Reward { get; init; }

    /// <summary>The version of the policy that decided.</summary>
    public required long PolicyVersion { get; init; }

    /// <summary>The version of the features; what does not fit the policy is counted and left out.</summary>
    public required int FeatureVersion { get; init; }

    /// <summary>Of a <see cref="PolicyUpdateKind.Settlement"/>: what neighbouring slots got that either order could have come of.</summary>
    public ImmutableArray<SlotPair> Pairs { get; init; } = [];

    /// <summary>The number of the shadow that was scored on the decision, for the item of the first slot; 0 for none and for other items.</summary>
    public long Shadow { get; init; }

    /// <summary>With what probability that shadow would have put the item into the first slot.</summary>
    public float ShadowPropensity { get; init; }

    /// <summary>
    /// Of a <see cref="PolicyUpdateKind.Settlement"/>: the mean squared difference, each at most 1, between the rewards of the items
    /// that were seen and what was expected of them when the decision was made; null where there is none.
    /// </summary>
    public float? Loss { get; init; }
}

/// <summary>What two neighbouring slots of a slate got.</summary>
/// <param name="Position">The upper one, from 1.</param>
/// <param name="Weight">How likely the other order of the two was, as a share of both: (0, 1].</param>
/// <param name="Upper">Whether the item there was responded to.</param>
/// <param name="Lower">Whether the item below was.</param>
public readonly record struct SlotPair(int Position, Half Weight, bool Upper, bool Lower);

/// <summary>What kind of lesson it is. Stored as a number: never reuse or renumber a value.</summary>
public enum PolicyUpdateKind : byte
{
    /// <summary>The first word on an item of a slate.</summary>
    Observation = 0,
    /// <summary>A reward that was told before has changed.</summary>
    Amendment = 1,
    /// <summary>A decision's window has closed: what its slots got beside each other. Not of one item, and has no features.</summary>
    Settlement = 2,
}
