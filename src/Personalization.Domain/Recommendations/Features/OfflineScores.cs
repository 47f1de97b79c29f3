using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Features;

/// <summary>
/// What a caller's own ranker says of a product, as a feature: the reward that it expects when the product is shown and looked at.
/// </summary>
/// <remarks>
/// The prior takes the ranker at its word: with the feature's prior weight the estimate moves by as much as the score is above or
/// below <see cref="Neutral"/>, which is what is expected of a product that nothing is said of. From there on it is a feature like any
/// other, which the ridge learns to trust, to discount or to read the other way round.
/// </remarks>
public static class OfflineScores
{
    /// <summary>The reward that says the same as saying nothing.</summary>
    public const float Neutral = 0.05f;

    /// <summary>The prior weight of the feature, in rewards.</summary>
    internal const float PriorWeight = 1f / PerReward;

    // Rewards that differ by two in a thousand are told apart where most of them lie, and differences count for learning.
    private const float PerReward = 8;

    // Up to here, 0.2 above or below, the feature goes with the score; beyond it still says which of two is better.
    private const float Straight = 1.6f;
    private const float Rest = 0.375f;

    /// <summary>The feature, on the <see cref="FeatureGrid"/>.</summary>
    /// <param name="score">The expected reward; null or not-a-number where nothing is said.</param>
    public static float FeatureOf(double? score)
    {
        var steps = PerReward * ((float)(score ?? double.NaN) - Neutral);
        var beyond = Math.Abs(steps) - Straight;
        return FeatureGrid.Snap(beyond > 0 ? MathF.CopySign(Straight + (Rest * beyond / (beyond + Straight)), steps) : steps);
    }
}
