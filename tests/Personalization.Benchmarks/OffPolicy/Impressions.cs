using Personalization.Benchmarks.Bandits;

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>A log of the Open Bandit Dataset: which item was shown where, with what probability, and whether it was clicked.</summary>
/// <param name="Items">Item by impression.</param>
/// <param name="Positions">Position by impression, as logged.</param>
/// <param name="Clicks">1 or 0 by impression.</param>
/// <param name="Propensities">The probability of the item at the position, (0, 1].</param>
/// <param name="Users">Users by impression: the data tell them apart by four features only.</param>
internal sealed record Impressions(string[] Items, string[] Positions, double[] Clicks, double[] Propensities, int[] Users)
{
    private static readonly string[] UserColumns = ["user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3"];

    public int Count => Items.Length;

    /// <summary>Reads the one campaign below a policy's folder.</summary>
    public static Impressions Read(string folder)
    {
        var campaigns = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        if (campaigns.Length != 1)
        {
            throw new BenchUsageException($"{folder}: holds {campaigns.Length} campaigns; one is wanted.");
        }

        return Read(CsvTable.Read(Path.Combine(campaigns[0], Path.GetFileName(campaigns[0]) + ".csv")));
    }

    private static Impressions Read(CsvTable table)
    {
        var (item, position, click, propensity) =
            (table.Require("item_id"), table.Require("position"), table.Require("click"), table.Require("propensity_score"));
        var userColumns = UserColumns.Select(table.Require).ToArray();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = Enumerable.Range(0, table.Count).ToArray();
        return new Impressions(
            Array.ConvertAll(rows, r => table.Name(r, item)),
            Array.ConvertAll(rows, r => table.Name(r, position)),
            Array.ConvertAll(rows, r => Share(table, r, click)),
            Array.ConvertAll(rows, r => Share(table, r, propensity)),
            Array.ConvertAll(rows, r => User(string.Join('|', userColumns.Select(c => table.Text(r, c))))));

        int User(string key)
        {
            numbers.TryAdd(key, numbers.Count);
            return numbers[key];
        }
    }

    private static double Share(CsvTable table, int row, int column) =>
        table.Number(row, column) is var value and >= 0 and <= 1 ? value : throw table.Problem(row, column, "is not from 0 to 1");
}
