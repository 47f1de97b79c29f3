namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>
/// Estimates what a policy would have got from the log of another one, with w = π(a)/p(a), q a reward model and
/// v = Σ_b π(b)·q(b).
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>IPS: mean of w·r (Horvitz, Thompson, JASA 47, 1952). Unbiased when propensities are right and cover the policy.</item>
/// <item>SNIPS: Σw·r / Σw (Swaminathan, Joachims, NIPS 2015). Consistent, and never outside the rewards.</item>
/// <item>DR: mean of v + w·(r − q) (Dudík, Langford, Li, ICML 2011). Unbiased whatever the model.</item>
/// <item>SWITCH-DR: mean of v + 1[w ≤ τ]·w·(r − q) (Wang, Agarwal, Dudík, ICML 2017).</item>
/// </list>
/// The empirical-Bernstein interval is Maurer and Pontil's (COLT 2009), two-sided, with the largest weight for the range.
/// </remarks>
public static class OffPolicyEvaluation
{
    /// <summary>Evaluates.</summary>
    /// <param name="decisions">The log, at least two decisions.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">A decision or an option is out of its range; the message names it.</exception>
    public static OffPolicyReport Evaluate(ReadOnlySpan<EvaluatedDecision> decisions, OffPolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(decisions.Length, 2, nameof(decisions));
        var clusters = OffPolicySums.ByCluster(decisions, options);
        var total = OffPolicySums.Total(clusters);
        var bootstrap = new ClusteredBootstrap(clusters, options);
        return new OffPolicyReport
        {
            Decisions = decisions.Length,
            Clusters = clusters.Length,
            Rewards = total.Reward,
            Rewarded = (int)total.Rewarded,
            LoggedValue = total.Reward / total.Count,
            LoggedInterval = bootstrap.Interval(static sums => sums.Reward / sums.Count),
            Ips = bootstrap.Interval(static sums => sums.Weighted / sums.Count),
            IpsBernstein = OffPolicyBounds.Bernstein(total, options, itemsPerDecision: 1),
            Snips = bootstrap.Interval(static sums => sums.Weight > 0 ? sums.Weighted / sums.Weight : 0),
            DoublyRobust = bootstrap.Interval(static sums => sums.DoublyRobust / sums.Count),
            SwitchDoublyRobust = bootstrap.Interval(static sums => sums.Switched / sums.Count),
            EffectiveSize = total.EffectiveSize,
            MaxWeight = total.MaxWeight,
            MeanWeight = total.Weight / total.Count,
            Refusals = OffPolicyBounds.Refusals(total, options),
        };
    }
}
