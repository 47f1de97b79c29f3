using Personalization.Benchmarks.OffPolicy;
using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Benches;

/// <summary>
/// Whether off-policy estimates are right: from a log of the Open Bandit Dataset beside what the policy got itself, from a running
/// engine's decision log, and from simulated logs beside the truth.
/// </summary>
internal sealed class OffPolicyBenchmark : IBenchmark
{
    private static readonly int[] s_decisions = [500, 2000, 8000];
    private static readonly int[] s_slates = [1000, 4000];

    public string About =>
        "what another policy would have got: --data FOLDER (bts from the log of random), --engine URL (rules on its own decisions), --simulate N (coverage of intervals); --report FOLDER";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        if (options is { Data: null, Engine: null, Simulate: 0 })
        {
            throw new BenchUsageException("ope wants --data FOLDER, with the folders 'random' and 'bts' in it, --engine URL or --simulate N.");
        }

        if (options is { Report: not null, Data: not null, Engine: not null })
        {
            throw new BenchUsageException("--report takes one of --data and --engine at a time.");
        }

        if (options.Data is { } folder)
        {
            report(LoggedPolicy.Evaluate(folder, options));
        }

        if (options.Engine is { } address)
        {
            foreach (var figure in await EngineLog.EvaluateAsync(address, options))
            {
                report(figure);
            }
        }

        if (options.Simulate > 0)
        {
            Simulate(options, report);
        }
    }

    private static void Simulate(BenchOptions options, Action<Figure> report)
    {
        foreach (var decisions in s_decisions)
        {
            Tell(Coverage.OfDecisions(options.Simulate, decisions, (ulong)options.Seed));
        }

        foreach (var slates in s_slates)
        {
            var (intervals, wrong, refused) = Coverage.OfSlates(options.Simulate, slates, (ulong)options.Seed);
            Tell(intervals);
            report(Figure($"wrong verdicts of {slates} slates", wrong / (double)options.Simulate, "share of logs") with
            {
                Samples = options.Simulate,
                Note = $"better where it is worse, or the other way round; {refused} refused",
            });
        }

        void Tell(IEnumerable<Coverage> intervals)
        {
            foreach (var interval in intervals)
            {
                var share = interval.Share;
                report(Figure($"{interval.Name} of {interval.Decisions}", Math.Round(share.Estimate, 4), "share of intervals with the truth") with
                {
                    Floor = "what they say",
                    FloorValue = 0.95,
                    Ratio = Math.Round(share.Estimate / 0.95, 4),
                    Samples = interval.Logs,
                    Note = FormattableString.Invariant(
                        $"95 %: {share.Low:0.000} to {share.High:0.000}; mean width {interval.Width:0.0000}, bias {interval.Bias:0.00000}, root mean square error {interval.Error:0.0000}"),
                });
            }
        }
    }

    private static Figure Figure(string name, double value, string unit) => new()
    {
        Bench = "ope",
        Case = name,
        Value = value,
        Unit = unit,
        PackageMode = Build.PackageMode,
    };
}
