using Personalization.Domain.Rewards.Evaluation;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>How often an interval holds the truth, how wide it is, and how far its estimate is off, over many logs.</summary>
internal sealed class Coverage(string name, int decisions)
{
    private readonly List<(ConfidenceInterval Interval, double Truth)> _seen = [];

    /// <summary>The interval.</summary>
    public string Name => name;

    /// <summary>Decisions of a log.</summary>
    public int Decisions => decisions;

    /// <summary>How many logs there were.</summary>
    public int Logs => _seen.Count;

    /// <summary>The share of logs whose interval holds the truth, with Wilson's 95 % interval.</summary>
    public ConfidenceInterval Share => Proportion.Wilson(_seen.Count(static s => s.Interval.Contains(s.Truth)), _seen.Count);

    /// <summary>The mean width of intervals.</summary>
    public double Width => _seen.Average(static s => s.Interval.High - s.Interval.Low);

    /// <summary>The mean of estimate less truth.</summary>
    public double Bias => _seen.Average(static s => s.Interval.Estimate - s.Truth);

    /// <summary>The root of the mean square of estimate less truth.</summary>
    public double Error => Math.Sqrt(_seen.Average(static s => Math.Pow(s.Interval.Estimate - s.Truth, 2)));

    /// <summary>Takes in what a log said.</summary>
    public void Add(ConfidenceInterval interval, double truth) => _seen.Add((interval, truth));

    /// <summary>Simulates logs of single choices, each in a world of its own.</summary>
    public static IReadOnlyList<Coverage> OfDecisions(int logs, int decisions, ulong seed)
    {
        string[] names = ["IPS", "IPS, Bernstein", "SNIPS", "DR", "SWITCH-DR", "on-policy", "confidence sequence, at the end", "confidence sequence, at all times"];
        Coverage[] all = [.. names.Select(name => new Coverage(name, decisions))];
        var said = Simulate(logs, seed, s =>
        {
            var world = new SimulatedDecisions(s);
            var log = world.Log(~s, decisions);
            var report = OffPolicyEvaluation.Evaluate(log, Options(s));
            var (end, throughout) = Sequence(log, world.Truth);
            return (
                Intervals: new[] { report.Ips, report.IpsBernstein, report.Snips, report.DoublyRobust, report.SwitchDoublyRobust, report.LoggedInterval, end, throughout },
                world.Truth, world.LoggedTruth);
        });
        foreach (var (intervals, truth, logged) in said)
        {
            for (var i = 0; i < all.Length; i++)
            {
                all[i].Add(intervals[i], names[i] == "on-policy" ? logged : truth);
            }
        }

        return all;
    }

    /// <summary>Simulates logs of slates, each in a world of its own.</summary>
    /// <returns>The intervals, and the verdicts that were wrong.</returns>
    public static (IReadOnlyList<Coverage> Intervals, int Wrong, int Refused) OfSlates(int logs, int slates, ulong seed)
    {
        string[] names = ["slates, sequential", "slates, Bernstein", "slates, confidence sequence", "slates, difference"];
        Coverage[] all = [.. names.Select(name => new Coverage(name, slates))];
        var (wrong, refused) = (0, 0);
        var said = Simulate(logs, seed, s =>
        {
            var world = new SimulatedSlates(s);
            return (Report: SlateEvaluation.Evaluate(world.Log(~s, slates), SimulatedSlates.Slots, Options(s)), world.Truth, Better: world.Truth - world.LoggedTruth);
        });
        foreach (var (report, truth, better) in said)
        {
            all[0].Add(report.Value, truth);
            all[1].Add(report.ValueBernstein, truth);
            all[2].Add(report.ValueSequence, truth);
            all[3].Add(report.Difference, better);
            wrong += (report.Verdict, better) is (OffPolicyVerdict.Better, < 0) or (OffPolicyVerdict.Worse, > 0) ? 1 : 0;
            refused += report.Verdict == OffPolicyVerdict.Refused ? 1 : 0;
        }

        return (all, wrong, refused);
    }

    private static T[] Simulate<T>(int logs, ulong seed, Func<ulong, T> one)
    {
        var said = new T[logs];
        Parallel.For(0, logs, n => said[n] = one((seed * 1_000_003) + (ulong)n));
        return said;
    }

    /// <summary>The interval at the end; and one that holds the truth only if every one before it did.</summary>
    private static (ConfidenceInterval End, ConfidenceInterval Throughout) Sequence(EvaluatedDecision[] log, double truth)
    {
        var (sequence, missed) = (new ConfidenceSequence(Options(0).Alpha), default(ConfidenceInterval?));
        foreach (var decision in log)
        {
            sequence.Add(decision.Weight * decision.Reward, decision.Weight * (1 - decision.Reward));
            missed ??= sequence.Interval.Contains(truth) ? null : sequence.Interval;
        }

        return (sequence.Interval, missed ?? sequence.Interval);
    }

    private static OffPolicyOptions Options(ulong seed) => new() { SwitchAbove = 10, Seed = seed, Resamples = 500 };
}
