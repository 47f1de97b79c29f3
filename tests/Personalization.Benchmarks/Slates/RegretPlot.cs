using Personalization.Benchmarks.Plots;

namespace Personalization.Benchmarks.Slates;

/// <summary>Draws cumulative regret over rounds: means as lines, 95 % intervals as bands, both axes logarithmic.</summary>
internal static class RegretPlot
{
    private const int Points = 40;

    /// <summary>An early regret may be nothing; four decades are enough to see.</summary>
    private const double Decades = 10_000;

    /// <summary>The plot.</summary>
    /// <param name="results">One curve each.</param>
    /// <param name="rounds">How many rounds were played.</param>
    public static string Draw(IEnumerable<SlateResult> results, int rounds)
    {
        // What has no regret has no logarithm: the oracle is the bottom of the plot.
        SlateResult[] drawn = [.. results.Where(static r => r.Regret[^1].Estimate > 0)];
        int[] checkpoints =
        [
            .. Enumerable.Range(0, Points)
                .Select(static i => (int)Math.Round(Math.Pow(SlateRun.Checkpoints, i / (Points - 1.0))) - 1)
                .Distinct(),
        ];
        var (low, high) = (drawn.Min(static r => r.Regret[0].Estimate), drawn.Max(static r => r.Regret[^1].High));
        var plot = new Plot(
            "Cumulative regret of slate policies",
            new Axis("rounds", (double)rounds / SlateRun.Checkpoints, rounds) { IsLogarithmic = true },
            new Axis("cumulative regret, clicks", Round(Math.Max(low, high / Decades), up: false), Round(high, up: true)) { IsLogarithmic = true });
        foreach (var result in drawn)
        {
            plot.AddCurve(
                result.Arm.Name,
                [.. checkpoints.Select(c => ((c + 1.0) * rounds / SlateRun.Checkpoints, result.Regret[c].Estimate))],
                [.. checkpoints.Select(c => result.Regret[c])]);
        }

        return plot.Draw();
    }

    /// <summary>The next of 1, 2, 5, 10, 20, 50…</summary>
    private static double Round(double value, bool up)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double[] steps = [power, 2 * power, 5 * power, 10 * power];
        return up ? steps.First(step => step >= value) : steps.Last(step => step <= value);
    }
}
