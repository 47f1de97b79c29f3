using Personalization.Benchmarks.Plots;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>What there is to see of an evaluation beside its estimates.</summary>
internal static class OffPolicyPlots
{
    private const int Bars = 24;
    private const int Points = 200;

    /// <summary>How many decisions have which weight. Weights of 0 are left of the smallest other one.</summary>
    public static Plot Weights(string title, IReadOnlyList<double> weights)
    {
        double[] positive = [.. weights.Where(static w => w > 0)];
        var (low, high) = positive.Length > 0 ? (positive.Min(), Math.Max(positive.Max(), positive.Min() * 1.01)) : (0.1, 10);
        // A bar of its own for decisions that the policy would never have made.
        var step = Math.Pow(high / low, 1.0 / Bars);
        var counts = new int[Bars + 1];
        foreach (var weight in weights)
        {
            counts[weight > 0 ? 1 + Math.Min(Bars - 1, (int)(Math.Log(weight / low) / Math.Log(step))) : 0]++;
        }

        var plot = new Plot(
            title,
            new Axis("weight; the bar on the left: none", low / step, high) { IsLogarithmic = true },
            Axis.UpTo("decisions", counts.Max()));
        plot.AddBars("decisions", counts.Select((count, i) => (low * Math.Pow(step, i - 1), low * Math.Pow(step, i), (double)count)));
        return plot;
    }

    /// <summary>How the estimate and the interval that holds at all times move while a log grows.</summary>
    /// <param name="title">What it is on.</param>
    /// <param name="unit">Of the values.</param>
    /// <param name="decisions">In the order they were made.</param>
    /// <param name="options">The range of rewards, and α.</param>
    /// <param name="onPolicy">What the policy got itself; null where nobody knows.</param>
    public static Plot Sequence(
        string title, string unit, IReadOnlyList<EvaluatedDecision> decisions, OffPolicyOptions options, double? onPolicy)
    {
        var (sequence, points, band) = (new ConfidenceSequence(options.Alpha), new List<(double X, double Y)>(), new List<ConfidenceInterval>());
        var range = options.MaxReward - options.MinReward;
        for (var i = 0; i < decisions.Count; i++)
        {
            var gained = (decisions[i].Reward - options.MinReward) / range;
            sequence.Add(decisions[i].Weight * gained, decisions[i].Weight * (1 - gained));
            if ((i + 1) * (long)Points / decisions.Count > points.Count)
            {
                var now = sequence.Interval;
                points.Add((i + 1, options.MinReward + (range * now.Estimate)));
                band.Add(new(points[^1].Y, options.MinReward + (range * now.Low), options.MinReward + (range * now.High)));
            }
        }

        // At first the interval is everything: what it comes to is to be seen.
        var most = Math.Max(band[band.Count / 4].High, Math.Max(points.Skip(points.Count / 20).Max(static p => p.Y), onPolicy ?? 0));
        var plot = new Plot(title, Axis.UpTo("decisions", decisions.Count) with { High = decisions.Count }, Axis.UpTo(unit, most) with { Low = Math.Min(0, options.MinReward) });
        plot.AddCurve("IPS so far", points, band);
        if (onPolicy is { } known)
        {
            plot.AddLevel("what it got itself", known);
        }

        return plot;
    }

    /// <summary>Why an evaluation carries no verdict, in words.</summary>
    public static string Reason(OffPolicyRefusal refusal, OffPolicyReport report, OffPolicyOptions options) => refusal switch
    {
        OffPolicyRefusal.EffectiveSizeTooSmall => FormattableString.Invariant(
            $"the weights leave {report.EffectiveSize:0} effective decisions; at least {options.LeastEffectiveSize:0} are wanted"),
        OffPolicyRefusal.TooFewRewards => FormattableString.Invariant(
            $"{report.Rewarded} decisions got something; at least {options.LeastRewards:0} are wanted"),
        _ => FormattableString.Invariant(
            $"the mean weight is {report.MeanWeight:0.000} and not 1 within four standard errors: propensities are wrong, or the log does not cover the policy"),
    };
}
