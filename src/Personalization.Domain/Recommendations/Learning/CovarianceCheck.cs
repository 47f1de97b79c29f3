namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// Looks whether a covariance that was carried along in float32 still is one: it is factorised as LLᵀ in float64, and a pivot
/// that is no longer positive has its variance raised until it is.
/// </summary>
internal static class CovarianceCheck
{
    /// <summary>The least pivot, of the prior's variance: about what a float32 resolves beside it.</summary>
    private const double LeastPivot = 1e-7;

    /// <summary>Mends a covariance where it has to be.</summary>
    /// <param name="covariance">A, row by row.</param>
    /// <param name="n">Rows and columns.</param>
    /// <param name="stride">How far apart rows are.</param>
    /// <param name="priorVariance">The variance before the first observation.</param>
    /// <returns>How many variances were raised.</returns>
    public static int Mend(Span<float> covariance, int n, int stride, float priorVariance)
    {
        var factor = new double[n][];
        var least = LeastPivot * priorVariance;
        var mended = 0;
        for (var i = 0; i < n; i++)
        {
            var row = factor[i] = new double[i + 1];
            var pivot = (double)covariance[(i * stride) + i];
            for (var j = 0; j < i; j++)
            {
                row[j] = (covariance[(i * stride) + j] - Dot(row, factor[j], j)) / factor[j][j];
                pivot -= row[j] * row[j];
            }

            if (pivot < least)
            {
                // Rounded up: what the next look finds must not be below again.
                ref var variance = ref covariance[(i * stride) + i];
                var raised = MathF.BitIncrement((float)(variance + least - pivot));
                pivot += (double)raised - variance;
                variance = raised;
                mended++;
            }

            row[i] = Math.Sqrt(pivot);
        }

        return mended;
    }

    private static double Dot(double[] a, double[] b, int count) =>
        Policies.Simd.Dot<double>(a.AsSpan(0, count), b.AsSpan(0, count));
}
