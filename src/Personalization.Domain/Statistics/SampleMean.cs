namespace Personalization.Domain.Statistics;

/// <summary>What some independent, roughly normal values say of their mean.</summary>
public static class SampleMean
{
    /// <summary>The fewest values: below them the quantile that is used here is off by more than 1 %.</summary>
    public const int FewestValues = 4;

    /// <summary>Student's 95 % interval of the mean.</summary>
    /// <param name="values">The values, at least four, finite.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public static ConfidenceInterval Student(ReadOnlySpan<double> values)
    {
        if (values.Length < FewestValues)
        {
            throw new ArgumentException($"values: are {values.Length}; allowed: at least {FewestValues}.", nameof(values));
        }

        var (mean, squares) = (0.0, 0.0);
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        var freedom = values.Length - 1;
        var half = Quantile(freedom) * Math.Sqrt(squares / freedom / values.Length);
        return new ConfidenceInterval(mean, mean - half, mean + half);
    }

    /// <summary>The 97.5 % quantile of Student's distribution, by its expansion about the normal one.</summary>
    /// <remarks>Fisher and Cornish (1960); Abramowitz and Stegun, 26.7.5. Within 1 % from 3 degrees of freedom on.</remarks>
    private static double Quantile(int freedom)
    {
        const double z = ConfidenceInterval.Z95;
        const double z2 = z * z;
        var g1 = z * (z2 + 1) / 4;
        var g2 = z * ((((5 * z2) + 16) * z2) + 3) / 96;
        var g3 = z * ((((((3 * z2) + 19) * z2) + 17) * z2) - 15) / 384;
        var inverse = 1.0 / freedom;
        return z + (inverse * (g1 + (inverse * (g2 + (inverse * g3)))));
    }
}
