using Personalization.Domain.Statistics;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>What a log says of the slates of a policy that did not make them. Values are mean rewards per slate, over its slots.</summary>
public sealed record SlateReport
{
    /// <summary>How many slates there were.</summary>
    public required int Slates { get; init; }

    /// <summary>How many users there were.</summary>
    public required int Clusters { get; init; }

    /// <summary>How many slates got a reward other than 0.</summary>
    public required int Rewarded { get; init; }

    /// <summary>What the policy that made the log got, with the interval of the clustered bootstrap.</summary>
    public required ConfidenceInterval LoggedValue { get; init; }

    /// <summary>What the policy that is evaluated would have got, with the interval of the clustered bootstrap.</summary>
    public required ConfidenceInterval Value { get; init; }

    /// <summary>The same, with the empirical-Bernstein interval for independent slates.</summary>
    public required ConfidenceInterval ValueBernstein { get; init; }

    /// <summary>The same, with the interval of the <see cref="ConfidenceSequence"/>; its estimate has unseen slots scaled along.</summary>
    public required ConfidenceInterval ValueSequence { get; init; }

    /// <summary>By how much it would have got more, both on the same resamples, with the interval of the clustered bootstrap.</summary>
    public required ConfidenceInterval Difference { get; init; }

    /// <summary>(Σρ)²/Σρ², of the weights of whole slates.</summary>
    public required double EffectiveSize { get; init; }

    /// <summary>The largest weight of a slate, down to any of its slots.</summary>
    public required double MaxWeight { get; init; }

    /// <summary>The mean weight of slates: 1 up to chance when propensities are right and the log covers the policy.</summary>
    public required double MeanWeight { get; init; }

    /// <summary>Why the estimates are not to be relied on; empty when they are.</summary>
    public required IReadOnlyList<OffPolicyRefusal> Refusals { get; init; }

    /// <summary>What is to be thought of the policy.</summary>
    public OffPolicyVerdict Verdict =>
        Refusals.Count > 0 ? OffPolicyVerdict.Refused
        : Difference.Low > Negligible ? OffPolicyVerdict.Better
        : Difference.High < -Negligible ? OffPolicyVerdict.Worse
        : OffPolicyVerdict.NoDifference;

    // A policy that is the log's own differs from it by the rounding of propensities alone.
    private double Negligible => OffPolicyBounds.Rounding * (1 + Math.Abs(LoggedValue.Estimate));
}
