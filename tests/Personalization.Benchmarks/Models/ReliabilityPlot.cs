using System.Globalization;
using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Models;

/// <summary>Draws what was said beside what was right, for a terminal: where the two bars end alike, probabilities can be trusted.</summary>
internal static class ReliabilityPlot
{
    private const int Width = 40;

    public static void Draw(Classification judged, TextWriter output)
    {
        output.WriteLine("reliability: mean probability of the likeliest class (said) beside how often it was right");
        foreach (var (said, right, count) in judged.Reliability())
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  said  {said:0.00} {Bar(said)} {count}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  right {right:0.00} {Bar(right)}"));
        }
    }

    private static string Bar(double share) => new string('█', (int)Math.Round(share * Width)).PadRight(Width);
}
