using System.Globalization;

namespace Personalization.Benchmarks.Plots;

/// <summary>One side of a plot.</summary>
/// <param name="Label">What it measures, with its unit.</param>
/// <param name="Low">Where it begins; above 0 on a logarithmic axis.</param>
/// <param name="High">Where it ends, above where it begins.</param>
internal sealed record Axis(string Label, double Low, double High)
{
    private const int MostTicks = 7;

    public bool IsLogarithmic { get; init; }

    /// <summary>Values that are marked, with what is written there; null: round numbers.</summary>
    public IReadOnlyList<(double Value, string Text)>? Named { get; init; }

    /// <summary>Where a value lies: 0 where the axis begins, 1 where it ends. What lies beyond is put at the end.</summary>
    public double PlaceOf(double value)
    {
        var place = IsLogarithmic ? Math.Log(Math.Max(value, Low) / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);
        return Math.Clamp(place, 0, 1);
    }

    /// <summary>Values that are marked, with what is written there.</summary>
    public IEnumerable<(double Value, string Text)> Ticks() => Named ?? (IsLogarithmic ? Powers() : Steps());

    /// <summary>An axis for values from 0 to the next round number.</summary>
    public static Axis UpTo(string label, double most)
    {
        var step = StepFor(most > 0 ? most : 1);
        return new Axis(label, 0, step * Math.Max(1, Math.Ceiling((most / step) - 1e-9)));
    }

    /// <summary>1, 2, 5, 10, 20, 50…; the powers alone where those would be too many.</summary>
    private IEnumerable<(double Value, string Text)> Powers()
    {
        double[] digits = High / Low > 1000 ? [1] : [1, 2, 5];
        return Enumerable.Range(-12, 25)
            .SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power)))
            .Where(value => value >= Low * 0.999 && value <= High * 1.001)
            .Select(static value => (value, Text(value)));
    }

    private IEnumerable<(double Value, string Text)> Steps()
    {
        var step = StepFor(High - Low);
        for (var n = Math.Ceiling((Low / step) - 1e-9); n * step <= High + (step * 1e-9); n++)
        {
            yield return (n * step, Text(n * step));
        }
    }

    private static double StepFor(double range)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(range / MostTicks)));
        return new[] { 1.0, 2, 5, 10 }.Select(digit => digit * power).First(step => range / step <= MostTicks + 1e-9);
    }

    private static string Text(double value) => Math.Abs(value) < 1e-12 ? "0" : value.ToString("#,0.######", CultureInfo.InvariantCulture);
}
