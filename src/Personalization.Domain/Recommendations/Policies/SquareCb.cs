namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// Inverse-gap weighting: p_a = 1/(K + γΔ_a) for all but the best action, which takes the rest; Δ is how far an action's
/// estimate is below the best one's. Mixed with a uniform floor. Variances are not looked at.
/// </summary>
/// <remarks>
/// SquareCB (Foster, Rakhlin: "Beyond UCB: optimal and efficient contextual bandits with regression oracles", ICML 2020;
/// the weighting is Abe and Long's, 1999). γ grows with what has been learned; <see cref="Gamma"/> gives its size.
/// </remarks>
public sealed class SquareCb : IExplorationRule
{
    private readonly double _floor;

    /// <summary>The rule.</summary>
    /// <param name="sharpness">γ, not negative: 0 is uniform.</param>
    /// <param name="floor">The share of uniform probability, [0, 1].</param>
    public SquareCb(double sharpness, double floor = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sharpness);
        ArgumentOutOfRangeException.ThrowIfLessThan(floor, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(floor, 1);
        Sharpness = sharpness;
        _floor = floor;
    }

    /// <inheritdoc/>
    public string Name => "squarecb";

    /// <inheritdoc/>
    public bool AsksPerSlot => true;

    /// <summary>γ; whoever owns the rule raises it as decisions are learned from, not while others ask.</summary>
    public double Sharpness { get; set; }

    /// <summary>γ = 100·√t / base rate: where rewards are rare, gaps are small and count as much.</summary>
    /// <param name="decisions">t, not negative.</param>
    /// <param name="baseRate">The mean reward so far; below 1/100 taken as 1/100, above 1 as 1.</param>
    public static double Gamma(long decisions, double baseRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decisions);
        return 100 * Math.Sqrt(decisions) / Math.Clamp(baseRate, 0.01, 1);
    }

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities)
    {
        var best = Probabilities.ArgMax(means);
        var rest = 1.0;
        for (var i = 0; i < means.Length; i++)
        {
            var probability = 1 / (means.Length + (Sharpness * ((double)means[best] - means[i])));
            probabilities[i] = probability;
            rest -= i == best ? 0 : probability;
        }

        probabilities[best] = rest;
        Probabilities.NormaliseWithFloor(probabilities[..means.Length], _floor);
    }
}
