using System.Globalization;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Plots;

/// <summary>Draws what was said beside what was right: where the two agree, probabilities can be trusted.</summary>
internal static class ReliabilityPlot
{
    private const int Width = 40;

    /// <summary>Draws it for a terminal.</summary>
    /// <param name="title">What is drawn.</param>
    /// <param name="bins">Mean probability said, share that was right, and how many.</param>
    /// <param name="output">Where.</param>
    public static void Draw(string title, IEnumerable<(double Said, double Right, long Count)> bins, TextWriter output)
    {
        output.WriteLine($"reliability of {title}");
        foreach (var (said, right, count) in bins)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  said  {said:0.00} {Bar(said)} {count}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  right {right:0.00} {Bar(right)}"));
        }
    }

    /// <summary>Draws it as an SVG, with Wilson's 95 % intervals.</summary>
    /// <param name="title">What is drawn.</param>
    /// <param name="said">What was said, for the lower axis.</param>
    /// <param name="right">What came, for the other one.</param>
    /// <param name="bins">Mean probability said, share that was right, and how many.</param>
    public static string Svg(string title, string said, string right, IReadOnlyList<(double Said, double Right, long Count)> bins)
    {
        (double X, ConfidenceInterval Y)[] points =
            [.. bins.Select(static bin => (bin.Said, Proportion.Wilson((long)Math.Round(bin.Right * bin.Count), bin.Count)))];
        var most = points.Max(static point => Math.Max(point.X, point.Y.High));
        var plot = new Plot(title, Axis.UpTo(said, most), Axis.UpTo(right, most));
        plot.AddIntervals("tenths of decisions", points);
        plot.AddLine("as said", (0, 0), (most, most));
        return plot.Draw();
    }

    private static string Bar(double share) => new string('█', (int)Math.Round(Math.Clamp(share, 0, 1) * Width)).PadRight(Width);
}
