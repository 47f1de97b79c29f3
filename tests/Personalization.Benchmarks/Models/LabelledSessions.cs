using System.Collections.Immutable;
using System.Globalization;
using Personalization.Domain.Profiles;

namespace Personalization.Benchmarks.Models;

/// <summary>A session, as the engine knows it at its end, and whether it ended in a purchase.</summary>
internal readonly record struct LabelledSession(ImmutableArray<float> Window, bool Bought);

/// <summary>
/// Reads sessions in the form of the Online Shoppers Purchasing Intention data (comma-separated, a header line), and makes
/// of them what the engine knows of a visit; how, and why, models/behaviour/MODEL_CARD.md says.
/// </summary>
internal sealed class LabelledSessions
{
    private static readonly double FadeMinutes = new ProfileOptions().ShortTimeConstant.TotalMinutes;
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "june", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Wanted =
    [
        "Administrative", "Administrative_Duration", "Informational", "Informational_Duration", "ProductRelated", "ProductRelated_Duration",
        "PageValues", "Month", "VisitorType", "Weekend", "Revenue",
    ];

    private readonly string _file;
    private readonly string[] _header;
    private string[] _cells = [];
    private int _line = 1;

    private LabelledSessions(string file, string header)
    {
        (_file, _header) = (file, header.Split(','));
        if (Array.Find(Wanted, name => !_header.Contains(name, StringComparer.Ordinal)) is { } missing)
        {
            throw new InvalidDataException($"{file}, line 1: there is no column {missing}.");
        }
    }

    /// <summary>Every session of a file.</summary>
    /// <exception cref="InvalidDataException">A column is missing, or a field is not as it must be; says which, and the line.</exception>
    public static IReadOnlyList<LabelledSession> Read(string file)
    {
        using var lines = File.ReadLines(file).GetEnumerator();
        var reader = new LabelledSessions(file, lines.MoveNext() ? lines.Current : string.Empty);
        var sessions = new List<LabelledSession>();
        while (lines.MoveNext())
        {
            sessions.Add(reader.Session(lines.Current));
        }

        return sessions.Count > 0 ? sessions : throw new InvalidDataException($"{file}: no session follows the first line.");
    }

    private LabelledSession Session(string line)
    {
        _line++;
        _cells = line.Split(',');
        if (_cells.Length != _header.Length)
        {
            throw new InvalidDataException($"{_file}, line {_line}: {_cells.Length} columns; the first line names {_header.Length}.");
        }

        var (products, productMinutes) = (Number("ProductRelated"), Number("ProductRelated_Duration") / 60);
        var others = Number("Administrative") + Number("Informational");
        var otherMinutes = (Number("Administrative_Duration") + Number("Informational_Duration")) / 60;
        var left = LeftAfter(productMinutes + otherMinutes);
        var window = new float[IntentFeatures.Count];
        window[(int)IntentFeature.ProductPages] = (float)(products * left);
        window[(int)IntentFeature.ProductMinutes] = (float)(Math.Min(productMinutes, ShoppingSignals.MaxDwellMinutes * products) * left);
        window[(int)IntentFeature.OtherPages] = (float)(others * left);
        window[(int)IntentFeature.OtherMinutes] = (float)(Math.Min(otherMinutes, ShoppingSignals.MaxDwellMinutes * others) * left);
        window[(int)IntentFeature.PurchasePath] = Number("PageValues") > 0 ? 1 : 0;
        window[(int)IntentFeature.Month] = Month();
        window[(int)IntentFeature.Weekend] = Truth("Weekend") ? 1 : 0;
        window[(int)IntentFeature.Returning] = Cell("VisitorType") switch
        {
            "New_Visitor" => 0,
            "Returning_Visitor" => 1,
            _ => float.NaN,
        };
        return new LabelledSession([.. window], Truth("Revenue"));
    }

    // What is left at the end of counts that came evenly over so many minutes and faded all the while.
    private static double LeftAfter(double minutes)
    {
        var t = Math.Max(minutes, 1e-6) / FadeMinutes;
        return (1 - Math.Exp(-t)) / t;
    }

    // Missing in the months that the model has never seen, as in serving.
    private float Month()
    {
        var name = Cell("Month").ToLowerInvariant();
        var month = 1 + Array.FindIndex(Months, known => known == name || (name.Length == 3 && known.StartsWith(name, StringComparison.Ordinal)));
        return month switch
        {
            0 => throw Wrong("Month", "the English name of a month, or its first three letters"),
            1 or 4 => float.NaN,
            _ => month,
        };
    }

    private double Number(string column) =>
        double.TryParse(Cell(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? Math.Max(0, value)
            : throw Wrong(column, "a number");

    private bool Truth(string column) => bool.TryParse(Cell(column), out var value) ? value : throw Wrong(column, "TRUE or FALSE");

    private string Cell(string column) => _cells[Array.IndexOf(_header, column)].Trim();

    private InvalidDataException Wrong(string column, string wanted) =>
        new($"{_file}, line {_line}: {column} is '{Cell(column)}'; it must be {wanted}.");
}
