using System.Collections.Immutable;

namespace Personalization.Domain.Interventions;

/// <summary>What was decided, and how.</summary>
public sealed record InterventionDecision
{
    /// <summary>What to do.</summary>
    public required InterventionAction Action { get; init; }

    /// <summary>For a discount: percent off the cart; 0 otherwise.</summary>
    public required double DiscountPercent { get; init; }

    /// <summary>Expected gain over doing nothing, in the cart's currency.</summary>
    public required double ExpectedValue { get; init; }

    /// <summary>Probability with which this action was drawn: exact.</summary>
    public required double Propensity { get; init; }

    /// <summary>Why.</summary>
    public required InterventionReason Reason { get; init; }

    /// <summary>The engine is too unsure to act, and the shopper seems to be in trouble: a person should look.</summary>
    public required bool NeedsHumanReview { get; init; }

    /// <summary>The context it was decided in.</summary>
    public required InterventionContext Context { get; init; }

    /// <summary>How every action was weighed, in order of <see cref="InterventionActions.All"/>.</summary>
    public required ImmutableArray<ActionAssessment> Assessments { get; init; }
}

/// <summary>How one action was weighed.</summary>
/// <param name="Action">The action.</param>
/// <param name="Eligible">Whether it could be drawn.</param>
/// <param name="Reason">Why not, when it could not.</param>
/// <param name="Conversion">Estimated probability of a purchase after it.</param>
/// <param name="ExpectedValue">Expected gain over doing nothing.</param>
/// <param name="Uncertainty">Standard deviation of the expected value.</param>
/// <param name="Propensity">Probability with which it was to be drawn.</param>
public readonly record struct ActionAssessment(
    InterventionAction Action, bool Eligible, InterventionReason Reason, double Conversion, double ExpectedValue, double Uncertainty, double Propensity);
