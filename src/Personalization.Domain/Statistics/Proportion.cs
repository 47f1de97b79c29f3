namespace Personalization.Domain.Statistics;

/// <summary>Intervals of proportions, such as click-through rates.</summary>
public static class Proportion
{
    /// <summary>
    /// Wilson's score interval: right even for few trials and rates near 0 or 1, never beyond [0, 1]. Wilson, JASA 22 (1927).
    /// </summary>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">Not negative; without any the interval is all of [0, 1] and the estimate NaN.</param>
    /// <param name="z">The normal quantile, positive: <see cref="ConfidenceInterval.Z95"/> for 95 %.</param>
    public static ConfidenceInterval Wilson(long successes, long trials, double z = ConfidenceInterval.Z95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, successes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(z);
        if (trials == 0)
        {
            return new ConfidenceInterval(double.NaN, 0, 1);
        }

        double n = trials;
        var p = successes / n;
        var squeeze = 1 + (z * z / n);
        var centre = (p + (z * z / (2 * n))) / squeeze;
        var half = z / squeeze * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n)));

        // Exact at the ends, where rounding would let the interval miss the estimate.
        return new ConfidenceInterval(
            p, successes == 0 ? 0 : Math.Max(0, centre - half), successes == trials ? 1 : Math.Min(1, centre + half));
    }
}
