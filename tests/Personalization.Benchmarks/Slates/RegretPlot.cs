using System.Globalization;
using System.Text;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Slates;

/// <summary>Draws cumulative regret over rounds as an SVG: means as lines, 95 % intervals as bands, both axes logarithmic.</summary>
internal sealed class RegretPlot
{
    private const double Width = 720;
    private const double Height = 420;
    private const double Left = 60;
    private const double Right = 180;
    private const double Top = 20;
    private const double Bottom = 45;
    private const int Points = 40;

    // Okabe and Ito's colours, which the colour-blind tell apart.
    private static readonly string[] s_colours =
        ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000", "#999999"];

    private readonly StringBuilder _svg = new();
    private readonly SlateResult[] _results;
    private readonly int[] _checkpoints;
    private readonly double _rounds;
    private readonly double _least;
    private readonly double _most;

    private RegretPlot(IEnumerable<SlateResult> results, int rounds)
    {
        // What has no regret has no logarithm: the oracle is the bottom of the plot.
        _results = [.. results.Where(static r => r.Regret[^1].Estimate > 0)];
        _rounds = rounds;
        _checkpoints =
        [
            .. Enumerable.Range(0, Points)
                .Select(static i => (int)Math.Round(Math.Pow(SlateRun.Checkpoints, i / (Points - 1.0))) - 1)
                .Distinct(),
        ];
        var (low, high) = (_results.Min(static r => r.Regret[0].Estimate), _results.Max(static r => r.Regret[^1].High));

        // An early regret may be nothing; four decades are enough to see.
        _least = Ticks().Last(tick => tick <= Math.Max(low, high / 10_000));
        _most = Ticks().First(tick => tick >= high);
    }

    /// <summary>The plot.</summary>
    /// <param name="results">One curve each.</param>
    /// <param name="rounds">How many rounds were played.</param>
    public static string Draw(IEnumerable<SlateResult> results, int rounds) => new RegretPlot(results, rounds).Draw();

    private string Draw()
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add($"<title>Cumulative regret of slate policies</title><rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        AddAxes();
        // The first one last, on top of the others.
        for (var i = _results.Length - 1; i >= 0; i--)
        {
            AddCurve(_results[i], s_colours[i % s_colours.Length], Top + 10 + (18 * i));
        }

        Add($"</svg>");
        return _svg.ToString();
    }

    private void AddAxes()
    {
        foreach (var value in Ticks().Where(tick => tick >= _least && tick <= _most))
        {
            Add($"<path d=\"M{Left} {Y(value):0.#}H{Width - Right}\" stroke=\"#ddd\"/>");
            Add($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:0.####}</text>");
        }

        for (var value = _rounds; value >= (_rounds / SlateRun.Checkpoints) - 0.5; value /= 10)
        {
            Add($"<path d=\"M{X(value):0.#} {Top}V{Height - Bottom}\" stroke=\"#ddd\"/>");
            Add($"<text x=\"{X(value):0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{value:0}</text>");
        }

        Add($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">rounds</text>");
        var middle = (Top + Height - Bottom) / 2;
        Add($"<text transform=\"translate(14 {middle}) rotate(-90)\" text-anchor=\"middle\">cumulative regret, clicks</text>");
    }

    /// <summary>1, 2, 5, 10, 20, 50… from far below any regret to far above.</summary>
    private static IEnumerable<double> Ticks() =>
        Enumerable.Range(-12, 25).SelectMany(static power => new[] { 1.0, 2, 5 }.Select(digit => digit * Math.Pow(10, power)));

    private void AddCurve(SlateResult result, string colour, double legend)
    {
        var mean = Path(_checkpoints, result, static r => r.Estimate);
        var high = Path(_checkpoints, result, static r => r.High);
        var low = Path([.. _checkpoints.Reverse()], result, static r => r.Low);
        Add($"<path d=\"M{high}L{low}Z\" fill=\"{colour}\" fill-opacity=\"0.18\"/>");
        Add($"<path d=\"M{mean}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>");
        var x = Width - Right + 10;
        Add($"<path d=\"M{x} {legend}h20\" stroke=\"{colour}\" stroke-width=\"3\"/>");
        Add($"<text x=\"{x + 26}\" y=\"{legend + 4}\">{result.Arm.Name}</text>");
    }

    private string Path(IEnumerable<int> checkpoints, SlateResult result, Func<ConfidenceInterval, double> value) =>
        string.Join('L', checkpoints.Select(c => string.Create(
            CultureInfo.InvariantCulture, $"{X((c + 1) * _rounds / SlateRun.Checkpoints):0.#} {Y(value(result.Regret[c])):0.#}")));

    private double X(double round) =>
        Left + ((Width - Left - Right) * (1 + (Math.Log(round / _rounds) / Math.Log(SlateRun.Checkpoints))));

    // An interval may reach below what is drawn, or below nothing.
    private double Y(double regret) =>
        Height - Bottom - ((Height - Top - Bottom) * Math.Log(Math.Max(regret, _least) / _least) / Math.Log(_most / _least));

    private void Add(FormattableString line) => _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
