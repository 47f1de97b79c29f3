using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Benchmarks.Bandits;

/// <summary>Rounds with a user, candidates with features, and what would have been clicked.</summary>
internal sealed class CandidateRounds
{
    /// <summary>Rounds that the scale of user features is taken from.</summary>
    private const int KnownRounds = 128;

    public required int UserFeatures { get; init; }

    public required int ItemFeatures { get; init; }

    public required SparseRow[] Items { get; init; }

    public required SparseRow[] Users { get; init; }

    /// <summary>Numbers of items; a round may have fewer than another.</summary>
    public required int[][] Candidates { get; init; }

    /// <summary>What would be got for each; only the chosen one's is looked at.</summary>
    public required float[][] Clicks { get; init; }

    /// <summary>The true probabilities, for regret alone; null where the file has none.</summary>
    public float[][]? Truth { get; init; }

    /// <summary>
    /// Reads rounds (segment, device, sentiment, u0…, item0…, click0…, p0…) and items (item, cat, brand, price, pop, e0…). Of
    /// these, item and click columns must be there; whatever else is missing is done without.
    /// </summary>
    public static CandidateRounds Read(string roundsPath, string itemsPath)
    {
        var items = CsvTable.Read(itemsPath);
        var itemLayout = new OneHot(items, ["cat", "brand"], [items.Find("price"), items.Find("pop"), .. items.Numbered("e")], items.Count);
        var numbers = ItemNumbers(items);
        var rounds = CsvTable.Read(roundsPath);
        rounds.Require("item0");
        var shown = rounds.Numbered("item");
        var clicks = Beside(rounds, "click", shown);
        var truth = rounds.Find("p0") >= 0 ? Beside(rounds, "p", shown) : null;
        var userLayout = new OneHot(rounds, ["segment", "device"], [rounds.Find("sentiment"), .. rounds.Numbered("u")], KnownRounds);
        RequireRoom(roundsPath, userLayout.Length, itemLayout.Length);
        var present = Enumerable.Range(0, rounds.Count).Select(r => Present(rounds, r, shown)).ToArray();
        return new CandidateRounds
        {
            UserFeatures = userLayout.Length,
            ItemFeatures = itemLayout.Length,
            Items = [.. Enumerable.Range(0, items.Count).Select(itemLayout.Row)],
            Users = [.. Enumerable.Range(0, rounds.Count).Select(userLayout.Row)],
            Candidates = [.. present.Select((slots, r) => slots.Select(s => Number(rounds, r, shown[s], numbers)).ToArray())],
            Clicks = [.. present.Select((slots, r) => slots.Select(s => Share(rounds, r, clicks[s])).ToArray())],
            Truth = truth is null ? null : [.. present.Select((slots, r) => slots.Select(s => Share(rounds, r, truth[s])).ToArray())],
        };
    }

    private static void RequireRoom(string path, int user, int item)
    {
        if (user > HybridLearner.MostUserFeatures || user * item > BlockedRidge.MostFeatures)
        {
            throw new BenchUsageException(
                $"{path}: {user} user and {item} item features; allowed: up to {HybridLearner.MostUserFeatures}, and {BlockedRidge.MostFeatures} crosses.");
        }
    }

    private static int[] Beside(CsvTable rounds, string prefix, int[] shown) =>
        [.. shown.Select((_, i) => rounds.Require($"{prefix}{i}"))];

    private static Dictionary<string, int> ItemNumbers(CsvTable items)
    {
        var column = items.Require("item");
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < items.Count; row++)
        {
            if (!numbers.TryAdd(items.Name(row, column), row))
            {
                throw items.Problem(row, column, $"item '{items.Text(row, column)}' is there already");
            }
        }

        return numbers;
    }

    /// <summary>The slots of a round that have a candidate.</summary>
    private static int[] Present(CsvTable rounds, int row, int[] shown)
    {
        var slots = Enumerable.Range(0, shown.Length).Where(s => rounds.Text(row, shown[s]).Length > 0).ToArray();
        return slots.Length > 0 ? slots : throw rounds.Problem(row, shown[0], "the round has no candidate");
    }

    private static int Number(CsvTable rounds, int row, int column, Dictionary<string, int> numbers) =>
        numbers.TryGetValue(rounds.Text(row, column), out var number)
            ? number
            : throw rounds.Problem(row, column, $"there is no item '{rounds.Text(row, column)}'");

    private static float Share(CsvTable rounds, int row, int column) =>
        rounds.Number(row, column) is var value and >= 0 and <= 1
            ? value
            : throw rounds.Problem(row, column, $"'{rounds.Text(row, column)}' is not from 0 to 1");
}
