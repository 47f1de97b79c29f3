using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Decisions;

/// <summary>What a policy in the shadow would have made of a slate that it did not choose.</summary>
/// <param name="Number">Which shadow.</param>
/// <param name="Propensities">
/// Per slot from the first on, at most <see cref="MostSlots"/>: the probability that the shadow would have put the item there, given
/// the slots above as they were shown. Kept in float32: a policy in its own shadow must weigh 1.
/// </param>
public sealed record DecisionShadow(long Number, ImmutableArray<float> Propensities)
{
    /// <summary>Of how many slots it is said at most.</summary>
    public const int MostSlots = 10;

    /// <summary>The probability of a slot, from 0; null where it is not said.</summary>
    public float? Of(int slot) => slot < Propensities.Length ? Propensities[slot] : null;
}
