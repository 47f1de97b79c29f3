using Personalization.Benchmarks.Bandits;
using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Benchmarks.Curves;

/// <summary>A data set whose learning curves are drawn.</summary>
/// <param name="Name">What it is called, and how its plot is.</param>
/// <param name="BestElsewhere">
/// The least mean cost of Vowpal Wabbit 9.11's <c>cb_explore_adf</c> on this file, over a tuning grid of rules, exploration, learning
/// rates, cost codings and interactions.
/// </param>
/// <param name="Runs">One play each, from nothing: given a rule, a play.</param>
/// <param name="Rounds">Rounds of a play.</param>
internal sealed record CurveSet(string Name, double BestElsewhere, IReadOnlyList<Func<string, BanditResult>> Runs, int Rounds)
{
    private const double Beta = 0.05;
    private const int Seeds = 4;

    /// <summary>The sets whose files are in a folder, under the names of the archives that they come from.</summary>
    public static IEnumerable<CurveSet> In(string folder)
    {
        yield return Classes(folder, "digits", 0.195);
        yield return Classes(folder, "pendigits", 0.150);
        yield return Candidates(folder, "reco", 0.508);
        yield return Candidates(folder, "recoshift", 0.455);
    }

    private static CurveSet Classes(string folder, string name, double best)
    {
        var path = Path.Combine(folder, $"mc_{name}.csv");
        var orders = Directory.Exists(folder) ? Directory.GetFiles(folder, $"mc_{name}.perm*.txt").Order(StringComparer.Ordinal).ToArray() : [];
        if (orders.Length < Domain.Statistics.SampleMean.FewestValues)
        {
            throw new BenchUsageException($"{folder}: has {orders.Length} files mc_{name}.permK.txt; at least {Domain.Statistics.SampleMean.FewestValues} are wanted.");
        }

        ClassRows[] rows = [.. orders.Select(order => ClassRows.Read(path, order))];
        return new CurveSet(
            name,
            best,
            [.. rows.Select(r => new Func<string, BanditResult>(rule => ClassPlay.Run(r, new ArmLearnerOptions(), Rules.Create(rule, Beta), 1)))],
            rows[0].Order.Length);
    }

    private static CurveSet Candidates(string folder, string name, double best)
    {
        var rounds = CandidateRounds.Read(Path.Combine(folder, $"{name}_rounds.csv"), Path.Combine(folder, $"{name}_items.csv"));
        return new CurveSet(
            name,
            best,
            [
                .. Enumerable.Range(1, Seeds).Select(seed =>
                    new Func<string, BanditResult>(rule => RoundsPlay.Run(rounds, new HybridLearnerOptions(), Rules.Create(rule, Beta), seed))),
            ],
            rounds.Users.Length);
    }
}
