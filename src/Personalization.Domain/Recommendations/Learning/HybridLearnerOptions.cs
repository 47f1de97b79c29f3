using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>How a <see cref="HybridLearner"/> learns.</summary>
public sealed record HybridLearnerOptions
{
    /// <summary>λ: how strongly the shared weights are pulled to zero, (0, 10⁶].</summary>
    public double SharedLambda { get; init; } = 1;

    /// <summary>λ₂: how strongly an item's own weights are pulled to the shared ones, each (0, 10⁶]; the best is chosen online.</summary>
    public ImmutableArray<double> ItemLambdas { get; init; } = [30, 8, 2];

    /// <summary>By what every feature but the bias is scaled, (0, 2]: below 1 the means are learned first, then main effects, then crosses.</summary>
    public double FeatureScale { get; init; } = 0.35;

    /// <summary>Variance that the weights gain per observation, as a share of the prior's, [0, 1]: the random walk they are taken to be on.</summary>
    public double Drift { get; init; } = 1e-5;

    /// <summary>Variance that the weights gain when the alarm rings, as a share of the prior's, [0, 1].</summary>
    public double AlarmInflation { get; init; } = 0.05;

    /// <summary>After how many observations an error counts 1/e in the choice of λ₂, at least 1.</summary>
    public double ChoiceMemory { get; init; } = 20_000;

    /// <summary>When the alarm rings.</summary>
    public ShiftAlarmOptions Alarm { get; init; } = new();

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(SharedLambda is > 0 and <= 1e6, nameof(SharedLambda), SharedLambda, "above 0, up to 1000000");
        Require(ItemLambdas.Length is >= 1 and <= 8, nameof(ItemLambdas) + ".Length", ItemLambdas.Length, "1 to 8");
        foreach (var lambda in ItemLambdas)
        {
            Require(lambda is > 0 and <= 1e6, nameof(ItemLambdas), lambda, "above 0, up to 1000000");
        }

        Require(FeatureScale is > 0 and <= 2, nameof(FeatureScale), FeatureScale, "above 0, up to 2");
        Require(Drift is >= 0 and <= 1, nameof(Drift), Drift, "0 to 1");
        Require(AlarmInflation is >= 0 and <= 1, nameof(AlarmInflation), AlarmInflation, "0 to 1");
        Require(ChoiceMemory >= 1, nameof(ChoiceMemory), ChoiceMemory, "at least 1");
        ArgumentNullException.ThrowIfNull(Alarm);
        Alarm.Validate();
    }

    private static void Require(bool holds, string field, double value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}
