using System.Globalization;
using System.Text;
using Personalization.Benchmarks.Plots;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>Writes a report into a folder: text in Markdown, plots beside it as SVG. It needs nothing else to be read.</summary>
internal sealed class ReportWriter
{
    private const string Option = "--report";
    private readonly string _folder;
    private readonly StringBuilder _text = new();

    /// <summary>Begins a report; makes the folder where there is none.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="title">What it is on.</param>
    public ReportWriter(string folder, string title)
    {
        PlotFile.MakeFolder(Option, folder);
        _folder = folder;
        _text.Append("# ").Append(title).Append('\n');
    }

    /// <summary>A heading.</summary>
    public void Heading(string text) => _text.Append("\n## ").Append(text).Append('\n');

    /// <summary>A paragraph.</summary>
    public void Say(FormattableString text) => _text.Append('\n').Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Points, one below the other.</summary>
    public void List(IEnumerable<string> points) => _text.Append('\n').AppendJoin('\n', points.Select(static p => "- " + p)).Append('\n');

    /// <summary>A table.</summary>
    /// <param name="heads">One per column.</param>
    /// <param name="rows">As many cells each.</param>
    public void Table(string[] heads, IEnumerable<string[]> rows)
    {
        _text.Append('\n');
        Row(heads);
        Row([.. heads.Select(static _ => "---")]);
        foreach (var row in rows)
        {
            Row(row);
        }

        void Row(string[] cells) => _text.Append("| ").AppendJoin(" | ", cells.Select(static c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
    }

    /// <summary>Estimates with their intervals, as a table and as a plot.</summary>
    public void Estimates(string file, string title, string unit, IReadOnlyList<(string Name, ConfidenceInterval Interval)> estimates)
    {
        Table(["", unit, "from", "to"], estimates.Select(static e => new[] { e.Name, Text(e.Interval.Estimate), Text(e.Interval.Low), Text(e.Interval.High) }));
        var places = estimates.Select((e, i) => (Value: (double)(estimates.Count - i), e.Name)).ToArray();
        var (low, high) = (Math.Min(0, estimates.Min(static e => e.Interval.Low)), estimates.Max(static e => e.Interval.High));
        var room = high > low ? 0.02 * (high - low) : 1;
        var plot = new Plot(title, new Axis(unit, low, high + room), new Axis("", 0.5, estimates.Count + 0.5) { Named = places }) { Margin = 190 };
        plot.AddRows("estimate, interval", estimates.Select((e, i) => (places[i].Value, e.Interval)));
        Add(file, title, plot);
    }

    /// <summary>A plot.</summary>
    public void Add(string file, string title, Plot plot)
    {
        PlotFile.Write(Option, Path.Combine(_folder, file), plot.Draw());
        _text.Append("\n![").Append(title).Append("](").Append(file).Append(")\n");
    }

    /// <summary>Writes it. Returns where.</summary>
    public string Finish()
    {
        var path = Path.Combine(_folder, "report.md");
        PlotFile.Write(Option, path, _text.ToString());
        return path;
    }

    /// <summary>A number with four digits.</summary>
    public static string Text(double value) => value.ToString(Math.Abs(value) < 1 ? "0.0000" : "0.###", CultureInfo.InvariantCulture);
}
