namespace Personalization.Benchmarks.Bandits;

/// <summary>Lays out columns as features: first the bias, then one place per value of a category and one per number.</summary>
/// <remarks>A number in large units is divided by its root mean square, of as many rows as may be known beforehand.</remarks>
internal sealed class OneHot
{
    /// <summary>Up to this root mean square numbers are taken as they are.</summary>
    private const double LargeUnit = 2;

    private readonly CsvTable _table;
    private readonly List<(int Column, Dictionary<string, int> Values)> _categories = [];
    private readonly int[] _numbers;
    private readonly float[] _scales;

    /// <summary>A layout for the columns that there are; the others are done without.</summary>
    /// <param name="table">The table.</param>
    /// <param name="categories">Columns with categories.</param>
    /// <param name="numbers">Columns with numbers.</param>
    /// <param name="known">How many rows the scale of numbers is taken from.</param>
    public OneHot(CsvTable table, string[] categories, IEnumerable<int> numbers, int known)
    {
        _table = table;
        _numbers = [.. numbers.Where(c => c >= 0)];
        Length = 1;
        foreach (var column in categories.Select(table.Find).Where(c => c >= 0))
        {
            var values = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var row = 0; row < table.Count; row++)
            {
                values.TryAdd(table.Name(row, column), Length + values.Count);
            }

            _categories.Add((column, values));
            Length += values.Count;
        }

        Length += _numbers.Length;
        _scales = Array.ConvertAll(_numbers, column => Scale(column, Math.Min(known, table.Count)));
    }

    /// <summary>How many features there are.</summary>
    public int Length { get; }

    /// <summary>A row's features.</summary>
    public SparseRow Row(int row)
    {
        var indices = new List<int> { 0 };
        var values = new List<float> { 1 };
        foreach (var (column, places) in _categories)
        {
            indices.Add(places[_table.Name(row, column)]);
            values.Add(1);
        }

        for (var i = 0; i < _numbers.Length; i++)
        {
            indices.Add(Length - _numbers.Length + i);
            values.Add(_scales[i] * _table.Number(row, _numbers[i]));
        }

        return new SparseRow([.. indices], [.. values]);
    }

    private float Scale(int column, int rows)
    {
        var size = Math.Sqrt(Enumerable.Range(0, rows).Average(row => Math.Pow(_table.Number(row, column), 2)));
        return size > LargeUnit ? (float)(1 / size) : 1;
    }
}
