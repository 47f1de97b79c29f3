namespace Personalization.Domain.Recommendations.Policies;

/// <summary>The inverse of a small symmetric positive definite matrix, kept as its lower triangle, row by row.</summary>
internal static class PositiveDefinite
{
    /// <summary>Inverts in place, by A = LLᵀ. False when the matrix is not positive definite; it is then of no use any more.</summary>
    public static bool TryInvert(Span<double> triangle, int n)
    {
        if (!TryFactorise(triangle, n))
        {
            return false;
        }

        InvertLower(triangle, n);
        MultiplyByTranspose(triangle, n);
        return true;
    }

    private static int Row(int i) => i * (i + 1) / 2;

    private static bool TryFactorise(Span<double> a, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[Row(i) + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= a[Row(i) + k] * a[Row(j) + k];
                }

                if (j < i)
                {
                    a[Row(i) + j] = sum / a[Row(j) + j];
                }
                else if (sum > 0)
                {
                    a[Row(i) + i] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>L becomes L⁻¹, row by row: a row needs the inverse of those above and the rest of itself.</summary>
    private static void InvertLower(Span<double> l, int n)
    {
        for (var i = 0; i < n; i++)
        {
            var diagonal = l[Row(i) + i];
            for (var j = 0; j < i; j++)
            {
                var sum = 0.0;
                for (var k = j; k < i; k++)
                {
                    sum -= l[Row(i) + k] * l[Row(k) + j];
                }

                l[Row(i) + j] = sum / diagonal;
            }

            l[Row(i) + i] = 1 / diagonal;
        }
    }

    /// <summary>M becomes MᵀM: an entry needs the rows from its own on.</summary>
    private static void MultiplyByTranspose(Span<double> m, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var k = i; k < n; k++)
                {
                    sum += m[Row(k) + i] * m[Row(k) + j];
                }

                m[Row(i) + j] = sum;
            }
        }
    }
}
