using System.Globalization;
using Personalization.Benchmarks.Bandits;
using Personalization.Benchmarks.Plots;
using Personalization.Benchmarks.Reporting;
using Personalization.Benchmarks.Slates;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Benches;

/// <summary>Slates in a closed loop: policies learn from the clicks on what they show, in worlds whose best slates are known.</summary>
internal sealed class SlatesBenchmark : IBenchmark
{
    private const int StandardRounds = 10_000;
    private const int StandardItems = 50;
    private const int FewestRounds = SlateRun.Checkpoints;
    private const int MostRounds = 1_000_000;
    private const int MostItems = 1000;

    private const int TimedCandidates = 20;
    private const int TimedSlots = 5;
    private const int TimedRounds = 5000;

    public string About => "regret of slates (--slots N out of --items N) against the best, over --rounds N and --seeds N; --plot FILE.svg";

    public Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        var rounds = options.PlayedRounds ?? StandardRounds;
        Check("--rounds", rounds, FewestRounds, MostRounds);
        var shape = new SlateShape(Items(options), options.Slots);
        PlotFile.Check("--plot", options.Plot);
        Play(shape, rounds, options, report);
        foreach (var arm in new[] { SlateArms.Standard, SlateArms.Learning })
        {
            report(Time(new SlateShape(TimedCandidates, TimedSlots), arm, options));
            report(Time(new SlateShape(TimedCandidates, TimedSlots, UserFeatures: 24, ItemFeatures: 24), arm, options));
        }

        return Task.CompletedTask;
    }

    private static void Play(SlateShape shape, int rounds, BenchOptions options, Action<Figure> report)
    {
        ulong[] seeds = [.. Enumerable.Range(0, options.Seeds).Select(i => (ulong)options.Seed + (ulong)i)];
        var results = new List<SlateResult>();
        SlateRun[]? standard = null;
        foreach (var arm in SlateArms.All)
        {
            SlateRun[] runs = [.. seeds.Select(seed => SlatePlay.Run(shape, arm, rounds, seed))];
            standard ??= runs;
            results.Add(new SlateResult(arm, runs, standard));
            report(Tell(results[^1], shape, rounds, options));
        }

        if (options.Plot is { } plot)
        {
            PlotFile.Write("--plot", plot, RegretPlot.Draw(results, rounds));
        }
    }

    private static DocumentFigure Tell(SlateResult result, SlateShape shape, int rounds, BenchOptions options)
    {
        // The last checkpoint of each tenth.
        ConfidenceInterval[] tenths = [.. Enumerable.Range(1, 10).Select(i => result.Regret[(i * SlateRun.Checkpoints / 10) - 1])];
        return Figure(result.Arm.Name, result.Regret[^1].Estimate, "clicks", new
        {
            Bench = "slates",
            Arm = result.Arm.Name,
            result.Arm.About,
            Rounds = rounds,
            options.Seeds,
            options.Seed,
            shape.Items,
            shape.Slots,
            CumulativeRegret = Rounded(result.Regret[^1], 1),
            RegretBeyondStandard = Rounded(result.ExtraRegret, 1),
            ClicksPerSlate = Rounded(result.ClicksPerSlate, 4),
            ShareOfOptimumLastTenth = Rounded(result.LastShare, 4),
            RegretByTenth = new
            {
                Mean = tenths.Select(static t => Math.Round(t.Estimate, 1)),
                Low = tenths.Select(static t => Math.Round(t.Low, 1)),
                High = tenths.Select(static t => Math.Round(t.High, 1)),
            },
            LearnedExamination = result.LearnedExamination?.Select(static b => Rounded(b, 3)),
            Parameters = new { SlateArms.Beta, Rules.Floor, shape.UserFeatures, shape.ItemFeatures },
        });
    }

    private static DocumentFigure Time(SlateShape shape, SlateArm arm, BenchOptions options)
    {
        var (median, fastest) = SlateSpeed.Measure(shape, arm, TimedRounds, (ulong)options.Seed);
        var figure = Figure("speed " + arm.Name, median, "us/slate", string.Empty);
        return figure with
        {
            Document = new
            {
                Bench = "slates",
                Case = "speed",
                Arm = arm.Name,
                Candidates = shape.Items,
                shape.Slots,
                shape.UserFeatures,
                shape.ItemFeatures,
                Slates = TimedRounds,
                UsPerSlate = Math.Round(median, 1),
                UsPerSlateFastest = Math.Round(fastest, 1),
                figure.Processors,
                figure.LoadBefore,
            },
        };
    }

    private static DocumentFigure Figure(string name, double value, string unit, object document) => new()
    {
        Bench = "slates",
        Case = name,
        Value = value,
        Unit = unit,
        PackageMode = Build.PackageMode,
        Document = document,
    };

    private static ConfidenceInterval Rounded(ConfidenceInterval value, int digits) =>
        new(Math.Round(value.Estimate, digits), Math.Round(value.Low, digits), Math.Round(value.High, digits));

    private static int Items(BenchOptions options)
    {
        var items = StandardItems;
        if (options.Items is { } text && !int.TryParse(text, CultureInfo.InvariantCulture, out items))
        {
            throw new BenchUsageException($"--items must be a number here, not '{text}'.");
        }

        // With one item there is nothing to choose.
        Check("--items", items, Math.Max(2, options.Slots), MostItems);
        return items;
    }

    private static void Check(string option, int value, int low, int high)
    {
        if (value < low || value > high)
        {
            throw new BenchUsageException(
                FormattableString.Invariant($"{option} must be a number from {low} to {high} here, not {value}."));
        }
    }
}
