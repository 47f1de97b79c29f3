namespace Personalization.LoadTest.Measuring;

/// <summary>The interval of a share when every trial is independent of the others.</summary>
/// <remarks>E. B. Wilson, Probable Inference, JASA 22 (1927).</remarks>
internal static class Wilson
{
    private const double Z = 1.959963984540054;

    /// <summary>The 95 % interval of a share.</summary>
    /// <param name="successes">How often it happened.</param>
    /// <param name="trials">How often it could have.</param>
    public static Interval Of(long successes, long trials)
    {
        if (trials == 0)
        {
            return new Interval(0, 1);
        }

        double n = trials;
        var share = successes / n;
        var centre = share + (Z * Z / (2 * n));
        var half = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n)));
        var scale = 1 + (Z * Z / n);
        return new Interval(Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale));
    }
}
