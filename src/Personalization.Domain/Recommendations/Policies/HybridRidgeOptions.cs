using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>How a <see cref="HybridRidge"/> learns.</summary>
public sealed record HybridRidgeOptions
{
    /// <summary>
    /// How strongly the shared weights are pulled to their prior, (0, 10⁶]: the variance of a reward over that of a weight
    /// about its prior. Clicks are rare and noisy and there are hundreds of weights: less pull learns the noise.
    /// </summary>
    public double SharedLambda { get; init; } = 1000;

    /// <summary>λ₂, how strongly an item's own weights are pulled to zero to begin with, (0, 10⁶]; as above.</summary>
    public double ItemLambda { get; init; } = 150;

    /// <summary>
    /// By what <see cref="ItemLambda"/> is multiplied for the pulls that are tried, 1 to 8 of them, each [0.01, 100] and different, 1
    /// among them: the one that predicts a share of the items best is used for all. 1 alone: nothing is tried.
    /// </summary>
    public ImmutableArray<double> ItemLambdaFactors { get; init; } = [1.0 / 3, 1, 3];

    /// <summary>After how many judged rewards a prediction's error counts 1/e in the choice of λ₂, at least 1.</summary>
    public double ChoiceMemory { get; init; } = 100_000;

    /// <summary>By what every cross but bias × bias is scaled, (0, 2]: below 1 the shared ridge trusts the base rate first.</summary>
    public double CrossScale { get; init; } = 0.5;

    /// <summary>
    /// By what share of the way each variance returns to its prior per observation, [0, 1]: 0 never forgets. Estimates stay where
    /// they are.
    /// </summary>
    public double Drift { get; init; }

    /// <summary>When predictions count as worse than they used to be; an observation is here a decision whose window has closed.</summary>
    public ShiftAlarmOptions Alarm { get; init; } = new();

    /// <summary>By what share of the way each variance returns to its prior when the alarm rings, [0, 1].</summary>
    public double AlarmInflation { get; init; } = 0.2;

    /// <summary>The shared weights before the first observation, user-major; empty for zeros.</summary>
    public ImmutableArray<float> Prior { get; init; } = [];

    /// <summary>How likely each position is taken to be looked at before anything is known.</summary>
    public ExaminationCurve Examination { get; init; } = ExaminationCurve.Default;

    /// <summary>How many weighted responses at the upper of two neighbouring positions <see cref="Examination"/> counts as, (0, 10⁶].</summary>
    public double ExaminationStrength { get; init; } = 20;

    /// <summary>Checks the values.</summary>
    /// <param name="shape">The shape of the features.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate(PolicyShape shape)
    {
        Require(SharedLambda is > 0 and <= 1e6, nameof(SharedLambda), SharedLambda, "above 0, up to 1000000");
        Require(ItemLambda is > 0 and <= 1e6, nameof(ItemLambda), ItemLambda, "above 0, up to 1000000");
        Require(CrossScale is > 0 and <= 2, nameof(CrossScale), CrossScale, "above 0, up to 2");
        CheckFactors();
        Require(ChoiceMemory >= 1, nameof(ChoiceMemory), ChoiceMemory, "at least 1");
        Require(AlarmInflation is >= 0 and <= 1, nameof(AlarmInflation), AlarmInflation, "0 to 1");
        Require(ExaminationStrength is > 0 and <= 1e6, nameof(ExaminationStrength), ExaminationStrength, "above 0, up to 1000000");
        ArgumentNullException.ThrowIfNull(Alarm);
        Alarm.Validate();
        Require(Drift is >= 0 and <= 1, nameof(Drift), Drift, "0 to 1");
        Require(Prior.IsEmpty || Prior.Length == shape.Crosses, nameof(Prior) + ".Length", Prior.Length, $"0 or {shape.Crosses}");
    }

    /// <summary>The pulls that are tried, in the order of their factors.</summary>
    internal float[] ItemLambdas() => [.. ItemLambdaFactors.Select(factor => (float)(ItemLambda * factor))];

    private void CheckFactors()
    {
        const string Field = nameof(ItemLambdaFactors);
        Require(!ItemLambdaFactors.IsDefault && ItemLambdaFactors.Length is >= 1 and <= 8, Field + ".Length", ItemLambdaFactors.IsDefault ? 0 : ItemLambdaFactors.Length, "1 to 8");
        foreach (var factor in ItemLambdaFactors)
        {
            Require(factor is >= 0.01 and <= 100, Field, factor, "0.01 to 100");
        }

        Require(ItemLambdaFactors.Contains(1), Field, ItemLambdaFactors[0], "1 among them");
        Require(ItemLambdaFactors.Distinct().Count() == ItemLambdaFactors.Length, Field + ".Length", ItemLambdaFactors.Length, "each different");
    }

    private static void Require(bool holds, string field, double value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}
