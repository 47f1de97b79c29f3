using System.Globalization;

namespace Personalization.Benchmarks.Models;

/// <summary>Draws what was said beside what was right, for a terminal: where the two bars end alike, probabilities can be trusted.</summary>
internal static class ReliabilityPlot
{
    private const int Width = 40;

    /// <summary>Draws it.</summary>
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

    private static string Bar(double share) => new string('█', (int)Math.Round(share * Width)).PadRight(Width);
}
