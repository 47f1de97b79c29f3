namespace Personalization.Domain.Tests.Recommendations.Policies;

/// <summary>Ridge regression the slow way: build the normal equations, then eliminate.</summary>
internal static class DenseRidge
{
    /// <summary>(λI + Σ xxᵀ)⁻¹ (λθ₀ + Σ x·r).</summary>
    public static double[] Solve(double[] prior, double lambda, IEnumerable<(double[] X, double Reward)> observations)
    {
        var n = prior.Length;
        var a = new double[n, n + 1];
        for (var i = 0; i < n; i++)
        {
            a[i, i] = lambda;
            a[i, n] = lambda * prior[i];
        }

        foreach (var (x, reward) in observations)
        {
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    a[i, j] += x[i] * x[j];
                }

                a[i, n] += x[i] * reward;
            }
        }

        return Eliminate(a, n);
    }

    private static double[] Eliminate(double[,] a, int n)
    {
        for (var p = 0; p < n; p++)
        {
            for (var i = p + 1; i < n; i++)
            {
                var factor = a[i, p] / a[p, p];
                for (var j = p; j <= n; j++)
                {
                    a[i, j] -= factor * a[p, j];
                }
            }
        }

        var solution = new double[n];
        for (var i = n - 1; i >= 0; i--)
        {
            var sum = a[i, n];
            for (var j = i + 1; j < n; j++)
            {
                sum -= a[i, j] * solution[j];
            }

            solution[i] = sum / a[i, i];
        }

        return solution;
    }
}
