using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>How an <see cref="ArmLearner"/> learns.</summary>
public sealed record ArmLearnerOptions
{
    /// <summary>λ of the ridges over the features as they are, each (0, 10⁶]; the best is chosen online.</summary>
    public ImmutableArray<double> PlainLambdas { get; init; } = [1, 0.25];

    /// <summary>λ of the ridges over the features and their products, each (0, 10⁶]; none: no products.</summary>
    public ImmutableArray<double> ProductLambdas { get; init; } = [1, 0.25];

    /// <summary>How many products a representation has at most, 1 to 2048; where there would be more, they are drawn at random.</summary>
    public int MostProducts { get; init; } = 512;

    /// <summary>The mean squared length that rows are scaled to in every representation, (0, 10⁶].</summary>
    public double SquaredLength { get; init; } = 16;

    /// <summary>Variance that the weights gain per observation, as a share of the prior's, [0, 1].</summary>
    public double Drift { get; init; }

    /// <summary>Variance that the weights gain when the alarm rings, as a share of the prior's, [0, 1].</summary>
    public double AlarmInflation { get; init; } = 0.05;

    /// <summary>After how many observations an error counts 1/e in the choice, at least 1.</summary>
    public double ChoiceMemory { get; init; } = 2000;

    /// <summary>When the alarm rings.</summary>
    public ShiftAlarmOptions Alarm { get; init; } = new();

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(PlainLambdas.Length is >= 1 and <= 8, nameof(PlainLambdas) + ".Length", PlainLambdas.Length, "1 to 8");
        Require(ProductLambdas.Length <= 8, nameof(ProductLambdas) + ".Length", ProductLambdas.Length, "0 to 8");
        foreach (var lambda in PlainLambdas.AddRange(ProductLambdas))
        {
            Require(lambda is > 0 and <= 1e6, "lambda", lambda, "above 0, up to 1000000");
        }

        Require(MostProducts is >= 1 and <= 2048, nameof(MostProducts), MostProducts, "1 to 2048");
        Require(SquaredLength is > 0 and <= 1e6, nameof(SquaredLength), SquaredLength, "above 0, up to 1000000");
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
