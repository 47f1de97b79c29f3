namespace Personalization.LoadTest.Measuring;

/// <summary>A 95 % interval.</summary>
internal readonly record struct Interval(double Low, double High)
{
    /// <summary>Nothing is known.</summary>
    public static Interval Unknown { get; } = new(double.NaN, double.NaN);

    /// <summary>The middle 95 % of draws; sorts them.</summary>
    public static Interval Of(double[] draws)
    {
        if (draws.Length == 0)
        {
            return Unknown;
        }

        Array.Sort(draws);
        return new(At(draws, 0.025), At(draws, 0.975));
    }

    private static double At(double[] sorted, double quantile)
    {
        var place = quantile * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
