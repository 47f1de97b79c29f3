using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Arithmetic on matrices that are laid out row after row.</summary>
internal static class Vectors
{
    /// <summary>Makes a row of length 1; leaves one of zeros.</summary>
    public static void MakeUnit(Span<float> row)
    {
        var length = MathF.Sqrt(Simd.Dot<float>(row, row));
        if (length > 1e-12f)
        {
            foreach (ref var value in row)
            {
                value /= length;
            }
        }
    }

    /// <summary>
    /// Makes the columns orthogonal and of length 1 (QR by the Cholesky factor of XᵀX); what depends on columns before it is left
    /// as zeros. Returns the lengths that were taken out, in order.
    /// </summary>
    public static double[] Orthogonalize(float[] x, int rank)
    {
        var factor = Cholesky(Gram(x, rank), rank);
        var lengths = new double[rank];
        for (var f = 0; f < rank; f++)
        {
            lengths[f] = factor[(f * rank) + f];
        }

        for (var at = 0; at < x.Length; at += rank)
        {
            var row = x.AsSpan(at, rank);
            for (var f = 0; f < rank; f++)
            {
                double value = row[f];
                for (var g = 0; g < f; g++)
                {
                    value -= row[g] * factor[(f * rank) + g];
                }

                row[f] = lengths[f] > 0 ? (float)(value / lengths[f]) : 0;
            }
        }

        return lengths;
    }

    private static double[] Gram(float[] x, int rank)
    {
        var gram = new double[rank * rank];
        for (var at = 0; at < x.Length; at += rank)
        {
            for (var f = 0; f < rank; f++)
            {
                double value = x[at + f];
                for (var g = 0; g <= f; g++)
                {
                    gram[(f * rank) + g] += value * x[at + g];
                }
            }
        }

        return gram;
    }

    private static double[] Cholesky(double[] gram, int rank)
    {
        var factor = new double[rank * rank];
        for (var f = 0; f < rank; f++)
        {
            for (var g = 0; g <= f; g++)
            {
                var value = gram[(f * rank) + g];
                for (var h = 0; h < g; h++)
                {
                    value -= factor[(f * rank) + h] * factor[(g * rank) + h];
                }

                if (f == g)
                {
                    // In float32, less than this of a column's own length is noise.
                    factor[(f * rank) + f] = value > 1e-9 * gram[(f * rank) + f] ? Math.Sqrt(value) : 0;
                }
                else
                {
                    factor[(f * rank) + g] = factor[(g * rank) + g] > 0 ? value / factor[(g * rank) + g] : 0;
                }
            }
        }

        return factor;
    }
}
