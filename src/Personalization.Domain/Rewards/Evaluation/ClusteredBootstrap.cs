using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>
/// Intervals by resampling users with all their decisions, which depend on each other (Field, Welsh: "Bootstrapping clustered
/// data", JRSS B 69, 2007): the percentiles of the estimate over the resamples.
/// </summary>
internal sealed class ClusteredBootstrap
{
    private readonly OffPolicySums _all;
    private readonly OffPolicySums[] _resamples;
    private readonly double _alpha;

    public ClusteredBootstrap(OffPolicySums[] clusters, OffPolicyOptions options)
    {
        var random = new SeededRandom(options.Seed);
        _all = OffPolicySums.Total(clusters);
        _alpha = options.Alpha;
        _resamples = new OffPolicySums[options.Resamples];
        foreach (ref var resample in _resamples.AsSpan())
        {
            for (var i = 0; i < clusters.Length; i++)
            {
                resample += clusters[random.NextIndex(clusters.Length)];
            }
        }
    }

    /// <summary>The interval of an estimate.</summary>
    public ConfidenceInterval Interval(Func<OffPolicySums, double> estimate)
    {
        var values = Array.ConvertAll(_resamples, r => estimate(r));
        Array.Sort(values);
        var low = (int)(_alpha / 2 * values.Length);
        return new ConfidenceInterval(estimate(_all), values[low], values[values.Length - 1 - low]);
    }
}
