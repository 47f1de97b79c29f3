using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Benchmarks.Bandits;

/// <summary>A set of labelled rows, to be played as a bandit: one action per class.</summary>
/// <param name="Features">The rows' features.</param>
/// <param name="Labels">The rows' classes, from 0.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="Order">In which order rows are played.</param>
internal sealed record ClassRows(float[][] Features, int[] Labels, int Classes, int[] Order)
{
    /// <summary>Reads `label` and any features; every other column is a feature.</summary>
    /// <param name="path">The rows.</param>
    /// <param name="order">A file of row numbers, from 0, one a line; null: as they stand.</param>
    public static ClassRows Read(string path, string? order)
    {
        var table = CsvTable.Read(path);
        var label = table.Require("label");
        var columns = Enumerable.Range(0, table.Header.Length).Where(c => c != label).ToArray();
        if (columns.Length > ArmLearner.MostFeatures)
        {
            throw new BenchUsageException($"{path}, line 1: there are {columns.Length} features; allowed: up to {ArmLearner.MostFeatures}.");
        }

        if (columns.Length == 0)
        {
            throw new BenchUsageException($"{path}, line 1: there is no column beside 'label'.");
        }

        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var labels = new int[table.Count];
        var rows = new float[table.Count][];
        for (var r = 0; r < rows.Length; r++)
        {
            var name = table.Name(r, label);
            names.TryAdd(name, names.Count);
            labels[r] = names[name];
            var row = r;
            rows[r] = Array.ConvertAll(columns, c => table.Number(row, c));
        }

        return new ClassRows(rows, labels, names.Count, order is null ? [.. Enumerable.Range(0, rows.Length)] : RowOrder.Read(order, rows.Length));
    }
}
