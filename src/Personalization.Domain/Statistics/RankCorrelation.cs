namespace Personalization.Domain.Statistics;

/// <summary>How alike two orders are.</summary>
public static class RankCorrelation
{
    /// <summary>
    /// Spearman's ρ: the correlation of ranks, ties at their mean rank; 1 the same order, −1 the reverse, 0 none of the other's.
    /// </summary>
    /// <param name="x">Some values, finite.</param>
    /// <param name="y">As many values, of the same things in the same order.</param>
    /// <param name="z">The normal quantile of the interval, positive: <see cref="ConfidenceInterval.Z95"/> for 95 %.</param>
    /// <returns>
    /// ρ and its interval by Fisher's transformation, atanh ρ ± z·√((1 + ρ²/2)/(n − 3)) (Bonett and Wright, Psychometrika 65,
    /// 2000). The interval is [−1, 1] for fewer than four pairs; ρ is NaN when one side is all ties, or there are fewer than two.
    /// </returns>
    public static ConfidenceInterval Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double z = ConfidenceInterval.Z95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(z);
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"y: has {y.Length} values; allowed: {x.Length}, as x has.", nameof(y));
        }

        var rho = Pearson(Ranks(x), Ranks(y));
        if (x.Length < 4 || double.IsNaN(rho))
        {
            return new ConfidenceInterval(rho, -1, 1);
        }

        // At ±1 the transformation is infinite, and the interval is as wide as it is for the nearest number.
        var fisher = Math.Atanh(Math.Clamp(rho, -1 + 1e-12, 1 - 1e-12));
        var half = z * Math.Sqrt((1 + (rho * rho / 2)) / (x.Length - 3));
        return new ConfidenceInterval(rho, Math.Min(rho, Math.Tanh(fisher - half)), Math.Max(rho, Math.Tanh(fisher + half)));
    }

    /// <summary>The rank of each value, from 1; equal values share the mean of their ranks.</summary>
    /// <exception cref="ArgumentException">A value is not a number.</exception>
    public static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = double.IsNaN(values[i]) ? throw new ArgumentException($"values[{i}]: is NaN; allowed: numbers.", nameof(values)) : i;
        }

        Array.Sort(sorted, order);
        var ranks = new double[values.Length];
        for (var first = 0; first < sorted.Length;)
        {
            var end = first + 1;
            while (end < sorted.Length && sorted[end] == sorted[first])
            {
                end++;
            }

            foreach (var tied in order.AsSpan(first, end - first))
            {
                ranks[tied] = (first + 1 + end) / 2.0;
            }

            first = end;
        }

        return ranks;
    }

    /// <summary>The product-moment correlation; NaN when one side does not vary.</summary>
    private static double Pearson(double[] x, double[] y)
    {
        // The mean rank is known.
        var mean = (x.Length + 1) / 2.0;
        double xx = 0, yy = 0, xy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
            xy += (x[i] - mean) * (y[i] - mean);
        }

        return xx > 0 && yy > 0 ? Math.Clamp(xy / Math.Sqrt(xx * yy), -1, 1) : double.NaN;
    }
}
