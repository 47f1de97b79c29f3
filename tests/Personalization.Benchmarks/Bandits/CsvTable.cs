using System.Globalization;

namespace Personalization.Benchmarks.Bandits;

/// <summary>A comma-separated file with a header line. What is wrong with it is said with file, line and column.</summary>
internal sealed class CsvTable
{
    private readonly string _path;
    private readonly Dictionary<string, int> _columns;
    private readonly List<string[]> _rows = [];

    private CsvTable(string path, string[] header)
    {
        _path = path;
        Header = header;
        _columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < header.Length; i++)
        {
            if (!_columns.TryAdd(header[i], i))
            {
                throw new BenchUsageException($"{path}, line 1, column {i + 1}: there is a column '{header[i]}' already.");
            }
        }
    }

    /// <summary>The names of the columns.</summary>
    public string[] Header { get; }

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.Count;

    /// <summary>Reads a file.</summary>
    /// <exception cref="BenchUsageException">It cannot be read, is empty, or a line has another number of columns than the header.</exception>
    public static CsvTable Read(string path)
    {
        try
        {
            using var lines = File.ReadLines(path).GetEnumerator();
            if (!lines.MoveNext() || string.IsNullOrWhiteSpace(lines.Current))
            {
                throw new BenchUsageException($"{path}, line 1: there is no header.");
            }

            var table = new CsvTable(path, Cells(lines.Current.TrimStart('\uFEFF')));
            table.ReadRows(lines);
            return table;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException(problem.Message);
        }
    }

    /// <summary>Where a column is; -1 for nowhere.</summary>
    public int Find(string column) => _columns.GetValueOrDefault(column, -1);

    /// <summary>Where a column is.</summary>
    /// <exception cref="BenchUsageException">It is missing.</exception>
    public int Require(string column) =>
        Find(column) is var at and >= 0 ? at : throw new BenchUsageException($"{_path}, line 1: there is no column '{column}'.");

    /// <summary>Columns that are called prefix0, prefix1… as far as they go without a gap.</summary>
    public int[] Numbered(string prefix)
    {
        var found = new List<int>();
        while (Find($"{prefix}{found.Count}") is var at and >= 0)
        {
            found.Add(at);
        }

        return [.. found];
    }

    /// <summary>A cell, as it stands.</summary>
    public string Text(int row, int column) => _rows[row][column];

    /// <summary>A cell that must have something.</summary>
    public string Name(int row, int column) =>
        Text(row, column) is { Length: > 0 } text ? text : throw Problem(row, column, "is empty");

    /// <summary>A cell with a finite number.</summary>
    public float Number(int row, int column)
    {
        var text = Text(row, column);
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? value
            : throw Problem(row, column, $"'{text}' is not a finite number");
    }

    /// <summary>What is wrong with a cell.</summary>
    public BenchUsageException Problem(int row, int column, string problem) =>
        new($"{_path}, line {row + 2}, column {column + 1} ({Header[column]}): {problem}.");

    private void ReadRows(IEnumerator<string> lines)
    {
        for (var line = 2; lines.MoveNext(); line++)
        {
            var cells = Cells(lines.Current);
            if (cells.Length == 1 && cells[0].Length == 0)
            {
                RequireEnd(lines, line);
                break;
            }

            _rows.Add(cells.Length == Header.Length
                ? cells
                : throw new BenchUsageException(
                    $"{_path}, line {line}, column {Math.Min(cells.Length, Header.Length) + 1}: there are {cells.Length} columns, and the header has {Header.Length}."));
        }

        if (_rows.Count == 0)
        {
            throw new BenchUsageException($"{_path}, line 2: there are no rows.");
        }
    }

    // Empty lines are allowed at the end only: elsewhere a row has been lost.
    private void RequireEnd(IEnumerator<string> lines, int empty)
    {
        while (lines.MoveNext())
        {
            if (!string.IsNullOrWhiteSpace(lines.Current))
            {
                throw new BenchUsageException($"{_path}, line {empty}, column 1: the line is empty, and more follow.");
            }
        }
    }

    private static string[] Cells(string line) => line.Split(',', StringSplitOptions.TrimEntries);
}
