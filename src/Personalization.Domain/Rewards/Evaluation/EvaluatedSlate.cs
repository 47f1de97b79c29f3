using System.Collections.Immutable;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>A slate of a log as far down as it was seen, with what another policy would have made of it.</summary>
/// <param name="Cluster">Whose it was: slates of one user are resampled together. At least 0.</param>
/// <param name="Slots">The slots that were seen, first slot first; at least one.</param>
public sealed record EvaluatedSlate(int Cluster, ImmutableArray<EvaluatedSlot> Slots);

/// <summary>One slot of an <see cref="EvaluatedSlate"/>.</summary>
/// <param name="Ratio">
/// π(item | slots above) / p(item | slots above): by how much likelier the policy that is evaluated would have put the item here,
/// had it filled the slots above in the same way. Finite, at least 0.
/// </param>
/// <param name="Reward">What the item got, within the range of the rewards.</param>
public readonly record struct EvaluatedSlot(double Ratio, double Reward);
