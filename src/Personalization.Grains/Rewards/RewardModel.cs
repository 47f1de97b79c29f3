using Personalization.Domain.Rewards;

namespace Personalization.Grains.Rewards;

/// <summary>What outcomes are worth: one for all silos of a cluster.</summary>
/// <param name="Options">The options.</param>
public sealed record RewardModel(RewardOptions Options)
{
    /// <summary>A joiner that waits for nothing.</summary>
    public RewardJoiner NewJoiner() => new(Options);
}
