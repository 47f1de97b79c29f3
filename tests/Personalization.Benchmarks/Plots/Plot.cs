using System.Globalization;
using System.Net;
using System.Text;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Plots;

/// <summary>
/// Draws curves with bands, bars and intervals as an SVG: the same figures give the same bytes, and whoever looks sees them on a
/// light page and on a dark one.
/// </summary>
/// <param name="title">What is drawn.</param>
/// <param name="x">The axis from left to right.</param>
/// <param name="y">The axis from the bottom up.</param>
internal sealed class Plot(string title, Axis x, Axis y)
{
    private const double Width = 720;
    private const double Height = 420;
    private const double Left = 70;
    private const double Top = 34;
    private const double Bottom = 48;
    private const double LegendWidth = 170;
    private const double LegendLine = 18;

    // Of Okabe and Ito's colours those that can be told from white, and lighter ones of the same hue for dark pages.
    private static readonly (string Light, string Dark)[] s_colours =
    [
        ("#0072b2", "#4fa8e0"), ("#d55e00", "#ff8a3d"), ("#009e73", "#2fc79a"), ("#cc79a7", "#e3a1c6"), ("#b07c00", "#f2b84b"),
        ("#2f93c4", "#8ecdf2"), ("#8250df", "#b68cff"), ("#444c56", "#c9d1d9"), ("#8c8c8c", "#8b949e"),
    ];

    private readonly List<string> _behind = [];
    private readonly List<string> _before = [];
    private readonly List<(string Name, int Colour, bool Dashed)> _legend = [];
    private int _colours;

    /// <summary>The width left of the plot for what is written at the axis.</summary>
    public double Margin { get; init; } = Left;

    /// <summary>Adds a curve.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="points">From left to right.</param>
    /// <param name="band">The interval of each point; null for none.</param>
    public void AddCurve(string name, IReadOnlyList<(double X, double Y)> points, IReadOnlyList<ConfidenceInterval>? band = null)
    {
        var colour = Next(name, dashed: false);
        if (band is not null)
        {
            var high = points.Zip(band, static (point, interval) => (point.X, interval.High));
            var low = points.Zip(band, static (point, interval) => (point.X, interval.Low)).Reverse();
            _behind.Add($"<path d=\"M{Path(high)}L{Path(low)}Z\" class=\"b f{colour}\"/>");
        }

        _before.Add($"<path d=\"M{Path(points)}\" class=\"l s{colour}\"/>");
    }

    /// <summary>Adds a value that curves are held against.</summary>
    public void AddLevel(string name, double value)
    {
        var colour = Next(name, dashed: true);
        _before.Add($"<path d=\"M{Path([(x.Low, value), (x.High, value)])}\" class=\"l d s{colour}\"/>");
    }

    /// <summary>Adds a straight line between two points, such as where two axes are equal.</summary>
    public void AddLine(string name, (double X, double Y) from, (double X, double Y) to)
    {
        var colour = Next(name, dashed: true);
        _behind.Add($"<path d=\"M{Path([from, to])}\" class=\"l d s{colour}\"/>");
    }

    /// <summary>Adds bars that stand on the lower axis.</summary>
    public void AddBars(string name, IEnumerable<(double From, double To, double Height)> bars)
    {
        var colour = Next(name, dashed: false);
        foreach (var (from, to, height) in bars)
        {
            _before.Add($"<path d=\"M{Path([(from, y.Low), (from, height), (to, height), (to, y.Low)])}Z\" class=\"bar s{colour} f{colour}\"/>");
        }
    }

    /// <summary>Adds estimates with intervals up and down.</summary>
    public void AddIntervals(string name, IEnumerable<(double X, ConfidenceInterval Y)> intervals)
    {
        var colour = Next(name, dashed: false);
        foreach (var (at, interval) in intervals)
        {
            _before.Add($"<path d=\"M{Path([(at, interval.Low), (at, interval.High)])}\" class=\"l s{colour}\"/>");
            Dot(at, interval.Estimate, colour);
        }
    }

    /// <summary>Adds estimates with intervals from left to right, one below the other.</summary>
    public void AddRows(string name, IEnumerable<(double Y, ConfidenceInterval X)> intervals)
    {
        var colour = Next(name, dashed: false);
        foreach (var (at, interval) in intervals)
        {
            _before.Add($"<path d=\"M{Path([(interval.Low, at), (interval.High, at)])}\" class=\"l s{colour}\"/>");
            Dot(interval.Estimate, at, colour);
        }
    }

    /// <summary>The plot.</summary>
    public string Draw()
    {
        var svg = new StringBuilder();
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.Append("<title>").Append(Escaped(title)).Append("</title>\n").Append(Style()).Append('\n');
        Line($"<rect width=\"{Width}\" height=\"{Height}\" class=\"paper\"/>");
        Line($"<text x=\"{Margin}\" y=\"20\" font-size=\"14\">{Escaped(title)}</text>");
        foreach (var (value, text) in x.Ticks())
        {
            Line($"<path d=\"M{Across(value):0.#} {Top}V{Height - Bottom}\" class=\"grid\"/>");
            Line($"<text x=\"{Across(value):0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Escaped(text)}</text>");
        }

        foreach (var (value, text) in y.Ticks())
        {
            Line($"<path d=\"M{Margin} {Up(value):0.#}H{Width - LegendWidth}\" class=\"grid\"/>");
            Line($"<text x=\"{Margin - 6}\" y=\"{Up(value) + 4:0.#}\" text-anchor=\"end\">{Escaped(text)}</text>");
        }

        Line($"<text x=\"{(Margin + Width - LegendWidth) / 2:0.#}\" y=\"{Height - 10}\" text-anchor=\"middle\">{Escaped(x.Label)}</text>");
        Line($"<text transform=\"translate(14 {(Top + Height - Bottom) / 2:0.#}) rotate(-90)\" text-anchor=\"middle\">{Escaped(y.Label)}</text>");
        svg.AppendJoin('\n', _behind.Concat(_before)).Append('\n');
        for (var i = 0; i < _legend.Count; i++)
        {
            var (name, colour, dashed) = _legend[i];
            var (at, top) = (Width - LegendWidth + 10, Top + 10 + (LegendLine * i));
            Line($"<path d=\"M{at} {top}h20\" class=\"l{(dashed ? " d" : "")} s{colour}\" stroke-width=\"3\"/>");
            Line($"<text x=\"{at + 26}\" y=\"{top + 4}\">{Escaped(name)}</text>");
        }

        return svg.Append("</svg>\n").ToString();

        void Line(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private int Next(string name, bool dashed)
    {
        var colour = _colours++ % s_colours.Length;
        _legend.Add((name, colour, dashed));
        return colour;
    }

    private void Dot(double across, double up, int colour) => _before.Add(string.Create(
        CultureInfo.InvariantCulture, $"<circle cx=\"{Across(across):0.#}\" cy=\"{Up(up):0.#}\" r=\"3.5\" class=\"f{colour}\"/>"));

    private string Path(IEnumerable<(double X, double Y)> points) => string.Join('L', points.Select(point =>
        string.Create(CultureInfo.InvariantCulture, $"{Across(point.X):0.#} {Up(point.Y):0.#}")));

    private double Across(double value) => Margin + ((Width - LegendWidth - Margin) * x.PlaceOf(value));

    private double Up(double value) => Height - Bottom - ((Height - Top - Bottom) * y.PlaceOf(value));

    private static string Style()
    {
        var (light, dark) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < s_colours.Length; i++)
        {
            light.Append(CultureInfo.InvariantCulture, $".s{i}{{stroke:{s_colours[i].Light}}}.f{i}{{fill:{s_colours[i].Light}}}");
            dark.Append(CultureInfo.InvariantCulture, $".s{i}{{stroke:{s_colours[i].Dark}}}.f{i}{{fill:{s_colours[i].Dark}}}");
        }

        return "<style>text{fill:#1f2328}.paper{fill:#fff}.grid{stroke:#d8dee4;fill:none}"
            + ".b{fill-opacity:.18}.bar{fill-opacity:.4}" + light
            + ".l{fill:none;stroke-width:1.6}.d{stroke-dasharray:6 4}"
            + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.grid{stroke:#30363d}" + dark + ".l{fill:none}}</style>";
    }

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
