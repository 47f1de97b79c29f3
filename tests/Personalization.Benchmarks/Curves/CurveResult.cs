using Personalization.Benchmarks.Bandits;
using Personalization.Benchmarks.Plots;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Curves;

/// <summary>What one rule came to on one data set, over all plays.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Plays">The plays, at least four.</param>
internal sealed record CurveResult(string Rule, IReadOnlyList<BanditResult> Plays)
{
    // What is left of the first rounds is chance, and would stretch the axis to where nothing is to be seen.
    private const int FirstDrawn = 4;

    /// <summary>The mean cost of whole plays, with Student's 95 % interval.</summary>
    public ConfidenceInterval MeanCost => Over(static play => play.MeanCost);

    /// <summary>Draws the mean cost so far over rounds, beside what was best elsewhere and what is best at all.</summary>
    public static string Draw(CurveSet set, IReadOnlyList<CurveResult> results)
    {
        var least = results.Min(static r => r.At(Score.Checkpoints - 1).Low);
        var oracle = results[0].Plays[0].OracleCost;
        var (low, high) = (Math.Min(least, oracle ?? least), results.Max(static r => r.At(FirstDrawn).Estimate));
        var room = 0.05 * (high - low);
        var plot = new Plot(
            $"Mean cost so far: {set.Name}",
            Axis.UpTo("rounds", set.Rounds) with { High = set.Rounds },
            new Axis("mean cost so far", Math.Max(0, Math.Floor((low - room) * 50) / 50), Math.Ceiling((high + room) * 50) / 50));
        foreach (var result in results)
        {
            int[] drawn = [.. Enumerable.Range(FirstDrawn, Score.Checkpoints - FirstDrawn)];
            plot.AddCurve(
                result.Rule,
                [.. drawn.Select(c => ((double)Score.CheckpointRound(c, set.Rounds), result.At(c).Estimate))],
                [.. drawn.Select(result.At)]);
        }

        plot.AddLevel("VW's best, at the end", set.BestElsewhere);
        if (oracle is { } known)
        {
            plot.AddLevel("best possible", known);
        }

        return plot.Draw();
    }

    private ConfidenceInterval At(int checkpoint) => Over(play => play.Curve[checkpoint]);

    private ConfidenceInterval Over(Func<BanditResult, double> value) => SampleMean.Student([.. Plays.Select(value)]);
}
