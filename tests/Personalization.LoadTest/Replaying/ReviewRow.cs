using System.Globalization;

namespace Personalization.LoadTest.Replaying;

/// <summary>A review of the file: what its writer said, and the stars that the engine does not get to see.</summary>
internal sealed record ReviewRow(string ProductId, double Stars, string Department, string Class, string Title, string Text);

/// <summary>Reads tab-separated reviews: a header line with at least product_id, stars, department, class, title and text.</summary>
internal static class ReviewFile
{
    private static readonly string[] Columns = ["product_id", "stars", "department", "class", "title", "text"];

    /// <summary>Every review with a text.</summary>
    /// <exception cref="InvalidDataException">A column is missing, or a line does not fit the header; says which.</exception>
    public static IReadOnlyList<ReviewRow> Read(string file)
    {
        using var lines = File.ReadLines(file).GetEnumerator();
        var header = lines.MoveNext() ? lines.Current.Split('\t') : [];
        var places = Columns.Select(name => Array.IndexOf(header, name)).ToArray();
        if (Array.IndexOf(places, -1) is >= 0 and var missing)
        {
            throw new InvalidDataException($"{file}: the first line must name the columns {string.Join(", ", Columns)}; {Columns[missing]} is missing.");
        }

        var rows = new List<ReviewRow>();
        for (var number = 2; lines.MoveNext(); number++)
        {
            var row = Parse(lines.Current, places, header.Length, file, number);
            if (row.Text.Length > 0)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private static ReviewRow Parse(string line, int[] places, int width, string file, int number)
    {
        var cells = line.Split('\t');
        if (cells.Length != width || !double.TryParse(cells[places[1]], CultureInfo.InvariantCulture, out var stars))
        {
            throw new InvalidDataException($"{file}, line {number}: expected {width} cells with a number of stars.");
        }

        return new ReviewRow(cells[places[0]], stars, cells[places[2]], cells[places[3]], cells[places[4]].Trim(), cells[places[5]].Trim());
    }
}
