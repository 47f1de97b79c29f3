namespace Personalization.LoadTest.Measuring;

/// <summary>Rank correlation.</summary>
internal static class Spearman
{
    /// <summary>A rank correlation with its 95 % interval.</summary>
    /// <param name="Rho">In [−1, 1]; NaN with fewer than three pairs, or when one side is constant.</param>
    /// <param name="Ci95">From resampled pairs.</param>
    /// <param name="Pairs">How many pairs.</param>
    internal readonly record struct Result(double Rho, Interval Ci95, int Pairs);

    /// <summary>The correlation of two measures of the same things, ties sharing their mean rank.</summary>
    public static double Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException("x and y must have as many values as each other.", nameof(y));
        }

        return x.Length < 3 ? double.NaN : Pearson(Ranks(x), Ranks(y));
    }

    /// <summary>The correlation with its interval.</summary>
    public static Result WithInterval(double[] x, double[] y, Rng rng, int draws = 500)
    {
        var rho = Of(x, y);
        if (double.IsNaN(rho))
        {
            return new Result(rho, Interval.Unknown, x.Length);
        }

        var resampled = new List<double>(draws);
        double[] a = new double[x.Length], b = new double[x.Length];
        for (var draw = 0; draw < draws; draw++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var pick = rng.Next(x.Length);
                (a[i], b[i]) = (x[pick], y[pick]);
            }

            var value = Of(a, b);
            if (double.IsFinite(value))
            {
                resampled.Add(value);
            }
        }

        return new Result(rho, Interval.Of([.. resampled]), x.Length);
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end].Equals(sorted[start]))
            {
                end++;
            }

            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + end - 1) / 2.0;
            }

            start = end;
        }

        return ranks;
    }

    private static double Pearson(double[] x, double[] y)
    {
        double meanX = x.Average(), meanY = y.Average(), xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xy += dx * dy;
            xx += dx * dx;
            yy += dy * dy;
        }

        return xx == 0 || yy == 0 ? double.NaN : xy / Math.Sqrt(xx * yy);
    }
}
