using System.Globalization;

namespace Personalization.Benchmarks.Bandits;

/// <summary>A file that says in which order rows are played.</summary>
internal static class RowOrder
{
    /// <summary>Reads one row number a line, from 0, each at most once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <exception cref="BenchUsageException">It cannot be read, or a line is no such number.</exception>
    public static int[] Read(string path, int rows)
    {
        var order = new List<int>(rows);
        var seen = new bool[rows];
        var line = 0;
        foreach (var text in Lines(path))
        {
            line++;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var row) || row >= rows)
            {
                throw new BenchUsageException($"{path}, line {line}, column 1: '{text}' is not a row number from 0 to {rows - 1}.");
            }

            if (seen[row])
            {
                throw new BenchUsageException($"{path}, line {line}, column 1: row {row} has been played before.");
            }

            seen[row] = true;
            order.Add(row);
        }

        return order.Count > 0 ? [.. order] : throw new BenchUsageException($"{path}, line 1: there are no rows.");
    }

    private static string[] Lines(string path)
    {
        try
        {
            return [.. File.ReadAllText(path).TrimEnd().Split('\n').Select(l => l.Trim())];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException(problem.Message);
        }
    }
}
