using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>How a <see cref="HybridRidge"/> learns.</summary>
public sealed record HybridRidgeOptions
{
    /// <summary>
    /// How strongly the shared weights are pulled to their prior, (0, 10⁶]: the variance of a reward over that of a weight
    /// about its prior. Clicks are rare and noisy and there are hundreds of weights: less pull learns the noise.
    /// </summary>
    public double SharedLambda { get; init; } = 1000;

    /// <summary>How strongly an item's own weights are pulled to zero, (0, 10⁶]; as above.</summary>
    public double ItemLambda { get; init; } = 150;

    /// <summary>By what every cross but bias × bias is scaled, (0, 2]: below 1 the shared ridge trusts the base rate first.</summary>
    public double CrossScale { get; init; } = 0.5;

    /// <summary>
    /// Variance added to every weight per observation, [0, 1]: 0 never forgets. The memory is then about 1/√(drift·n) of the
    /// information, and a variance never grows above its prior.
    /// </summary>
    public double Drift { get; init; }

    /// <summary>The shared weights before the first observation, user-major; empty for zeros.</summary>
    public ImmutableArray<float> Prior { get; init; } = [];

    /// <summary>How likely each position is to be looked at.</summary>
    public ExaminationCurve Examination { get; init; } = ExaminationCurve.Default;

    /// <summary>Checks the values.</summary>
    /// <param name="shape">The shape of the features.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate(PolicyShape shape)
    {
        Require(SharedLambda is > 0 and <= 1e6, nameof(SharedLambda), SharedLambda, "above 0, up to 1000000");
        Require(ItemLambda is > 0 and <= 1e6, nameof(ItemLambda), ItemLambda, "above 0, up to 1000000");
        Require(CrossScale is > 0 and <= 2, nameof(CrossScale), CrossScale, "above 0, up to 2");
        Require(Drift is >= 0 and <= 1, nameof(Drift), Drift, "0 to 1");
        Require(Prior.IsEmpty || Prior.Length == shape.Crosses, nameof(Prior) + ".Length", Prior.Length, $"0 or {shape.Crosses}");
    }

    private static void Require(bool holds, string field, double value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}
