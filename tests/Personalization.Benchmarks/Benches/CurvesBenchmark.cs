using Personalization.Benchmarks.Bandits;
using Personalization.Benchmarks.Curves;
using Personalization.Benchmarks.Models;
using Personalization.Benchmarks.Plots;
using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Benches;

/// <summary>Draws how exploration rules learn on four data sets, and whether the click rates that learners expect are those that come.</summary>
internal sealed class CurvesBenchmark : IBenchmark
{
    private const string Calibrated = "reco";
    private static readonly string[] s_rules = ["linmed", "squarecb", "epsilon_greedy", "thompson"];

    public string About => "learning curves and calibration as SVG: --data FOLDER with the files of bandit, --out FOLDER for the plots";

    public Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        var (data, folder) = (options.Data ?? throw new BenchUsageException("curves wants --data FOLDER."), options.Out);
        PlotFile.MakeFolder("--out", folder);
        foreach (var set in CurveSet.In(data))
        {
            var results = new List<CurveResult>();
            foreach (var rule in s_rules)
            {
                results.Add(Play(set, rule));
                report(Tell(set, results[^1]));
            }

            Write($"curve-{set.Name}.svg", CurveResult.Draw(set, results));
            if (set.Name == Calibrated)
            {
                Calibrate("hybrid", $"Clicks expected of what was chosen: {set.Name}", Calibration.Of(results[0].Plays));
            }
        }

        Calibrate("engine", "Clicks expected of what was seen: the simulated shop", Calibration.OfEngine(options.Seed));
        return Task.CompletedTask;

        void Calibrate(string name, string title, IReadOnlyList<(float Probability, bool Yes)> said)
        {
            var scores = new BinaryScores(said);
            Write($"calibration-{name}.svg", ReliabilityPlot.Svg(title, "expected", "clicked", [.. scores.Reliability()]));
            report(Figure($"calibration {name}", scores.CalibrationError, "clicks/impression") with
            {
                Samples = said.Count,
                Floor = "clicked",
                FloorValue = Math.Round(said.Average(static s => s.Yes ? 1.0 : 0), 5),
                Note = "mean distance of expected and clicked over tenths of decisions",
            });
        }

        void Write(string file, string svg) => PlotFile.Write("--out", Path.Combine(folder, file), svg);
    }

    private static CurveResult Play(CurveSet set, string rule)
    {
        var plays = new BanditResult[set.Runs.Count];
        Parallel.For(0, plays.Length, n => plays[n] = set.Runs[n](rule));
        return new CurveResult(rule, plays);
    }

    private static Figure Tell(CurveSet set, CurveResult result)
    {
        var cost = result.MeanCost;
        return Figure($"{set.Name} {result.Rule}", cost.Estimate, "cost/decision") with
        {
            Floor = "VW, best of a tuning grid",
            FloorValue = set.BestElsewhere,
            Ratio = Math.Round(cost.Estimate / set.BestElsewhere, 4),
            Samples = result.Plays.Count,
            Note = FormattableString.Invariant($"95 %: {cost.Low:0.0000} to {cost.High:0.0000}, over orders or seeds"),
        };
    }

    private static Figure Figure(string name, double value, string unit) => new()
    {
        Bench = "curves",
        Case = name,
        Value = Math.Round(value, 5),
        Unit = unit,
        PackageMode = Build.PackageMode,
    };
}
