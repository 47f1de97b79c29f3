namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// Linear Thompson sampling by its probabilities: p_a is how likely action a has the largest of independent normal draws
/// N(μ_b, (βs_b)²), mixed with a uniform floor.
/// </summary>
/// <remarks>
/// Agrawal, Goyal: "Thompson sampling for contextual bandits with linear payoffs", ICML 2013. The probability is not
/// estimated by draws but integrated: p_a = ∫ φ_a(x)·Π_{b≠a} Φ_b(x) dx, by the midpoint rule over the range in which the
/// largest draw falls, then scaled to sum to 1, so that what is logged is exactly what is used. Draws of actions are taken as
/// independent, which a shared ridge makes them not quite: a heuristic.
/// </remarks>
public sealed class GaussianThompson : IExplorationRule
{
    private const int Steps = 192;
    private const int MostOnStack = 256;

    /// <summary>How many standard deviations are looked at.</summary>
    private const double Reach = 6;

    private readonly double _beta;
    private readonly double _floor;

    /// <summary>The rule.</summary>
    /// <param name="beta">The scale of the noise, above 0: about the standard error of one reward.</param>
    /// <param name="floor">The share of uniform probability, [0, 1].</param>
    public GaussianThompson(double beta = 0.05, double floor = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        ArgumentOutOfRangeException.ThrowIfLessThan(floor, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(floor, 1);
        _beta = beta;
        _floor = floor;
    }

    /// <inheritdoc/>
    public string Name => "thompson";

    /// <inheritdoc/>
    public bool AsksPerSlot => true;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities)
    {
        var filled = probabilities[..means.Length];
        filled.Clear();
        var (low, high) = Range(means, variances);
        var step = (high - low) / Steps;
        var mass = 0.0;
        Span<double> ratios = means.Length <= MostOnStack ? stackalloc double[means.Length] : new double[means.Length];
        Span<int> within = means.Length <= MostOnStack ? stackalloc int[means.Length] : new int[means.Length];
        within = within[..FindWithin(low, step, means, variances, within)];
        for (var i = 0; i < Steps && step > 0; i++)
        {
            mass += AddAt(low + ((i + 0.5) * step), step, means, variances, within, ratios, filled);
        }

        if (!(mass > 0))
        {
            filled.Clear();
            filled[Probabilities.ArgMax(means)] = 1;
        }

        Probabilities.NormaliseWithFloor(filled, _floor);
    }

    /// <summary>The actions whose draws get as far as the range; what is below it has a density of nothing there, and a Φ of one.</summary>
    private int FindWithin(double low, double step, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<int> within)
    {
        var count = 0;
        for (var i = 0; i < means.Length; i++)
        {
            if (means[i] + (Reach * Math.Max(_beta * Math.Sqrt(variances[i]), step)) >= low)
            {
                within[count++] = i;
            }
        }

        return count;
    }

    /// <summary>Adds φ_a·Π_{b≠a} Φ_b to every action's probability. Returns the sum of what was added.</summary>
    private double AddAt(
        double x, double step, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, ReadOnlySpan<int> within, Span<double> ratios, Span<double> probabilities)
    {
        var all = 1.0;
        for (var i = 0; i < within.Length && all > 0; i++)
        {
            var (density, distribution) = Below(x, step, means[within[i]], variances[within[i]]);
            all *= distribution;
            ratios[i] = density / distribution;
        }

        var added = 0.0;
        for (var i = 0; i < within.Length && all > 0; i++)
        {
            probabilities[within[i]] += all * ratios[i];
            added += all * ratios[i];
        }

        return added;
    }

    /// <summary>φ and Φ of one action's draw. No draw is narrower than a step, so that none falls between two.</summary>
    private (double Density, double Distribution) Below(double x, double step, float mean, float variance)
    {
        var deviation = Math.Max(_beta * Math.Sqrt(variance), step);
        var z = (x - mean) / deviation;
        return (Normal.Density(z) / deviation, Normal.Distribution(z));
    }

    /// <summary>Where the largest draw falls: from the highest of the low ends to the highest of the high ones.</summary>
    private (double Low, double High) Range(ReadOnlySpan<float> means, ReadOnlySpan<float> variances)
    {
        double low = double.MinValue, high = double.MinValue;
        for (var i = 0; i < means.Length; i++)
        {
            var reach = Reach * _beta * Math.Sqrt(variances[i]);
            low = Math.Max(low, means[i] - reach);
            high = Math.Max(high, means[i] + reach);
        }

        return (low, high);
    }
}
