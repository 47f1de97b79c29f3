using Personalization.Domain.Statistics;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>What the estimators say of how far they can be trusted.</summary>
internal static class OffPolicyBounds
{
    /// <summary>Float32 propensities are off by up to 6·10⁻⁸ of themselves, all in one direction when all are the same.</summary>
    public const double Rounding = 1e-6;

    /// <summary>The empirical-Bernstein interval of the mean of w·r.</summary>
    /// <param name="total">The sums of all decisions.</param>
    /// <param name="options">How.</param>
    /// <param name="itemsPerDecision">How many items' rewards a decision adds up, at most.</param>
    public static ConfidenceInterval Bernstein(OffPolicySums total, OffPolicyOptions options, int itemsPerDecision)
    {
        var n = total.Count;
        var mean = total.Weighted / n;
        var variance = Math.Max(0, (total.SquaredWeighted - (n * mean * mean)) / (n - 1));
        var log = Math.Log(4 / options.Alpha);
        var range = total.MaxWeight * itemsPerDecision * (options.MaxReward - options.MinReward);
        var half = Math.Sqrt(2 * variance * log / n) + (7 * range * log / (3 * (n - 1)));
        return new ConfidenceInterval(mean, Math.Max(options.MinReward * itemsPerDecision, mean - half), mean + half);
    }

    /// <summary>Why no verdict is to be given.</summary>
    public static List<OffPolicyRefusal> Refusals(OffPolicySums total, OffPolicyOptions options)
    {
        var refusals = new List<OffPolicyRefusal>();
        if (total.EffectiveSize < options.LeastEffectiveSize)
        {
            refusals.Add(OffPolicyRefusal.EffectiveSizeTooSmall);
        }

        if (total.Rewarded < options.LeastRewards)
        {
            refusals.Add(OffPolicyRefusal.TooFewRewards);
        }

        var mean = total.Weight / total.Count;
        var variance = Math.Max(0, (total.SquaredWeight / total.Count) - (mean * mean));
        if (Math.Abs(mean - 1) > (4 * Math.Sqrt(variance / total.Count)) + Rounding)
        {
            refusals.Add(OffPolicyRefusal.PropensitiesDoNotFit);
        }

        return refusals;
    }
}
