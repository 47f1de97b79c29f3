using Personalization.Domain.Statistics;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>What a log says of a policy that did not make it. Values are mean rewards per decision.</summary>
public sealed record OffPolicyReport
{
    /// <summary>How many decisions there were.</summary>
    public required int Decisions { get; init; }

    /// <summary>How many users there were.</summary>
    public required int Clusters { get; init; }

    /// <summary>The sum of rewards: clicks, when a reward is a click.</summary>
    public required double Rewards { get; init; }

    /// <summary>How many decisions had a reward other than 0.</summary>
    public required int Rewarded { get; init; }

    /// <summary>What the policy that made the log got.</summary>
    public required double LoggedValue { get; init; }

    /// <summary>The same, with the interval of the clustered bootstrap.</summary>
    public required ConfidenceInterval LoggedInterval { get; init; }

    /// <summary>Inverse propensity scoring, with the interval of the clustered bootstrap.</summary>
    public required ConfidenceInterval Ips { get; init; }

    /// <summary>Inverse propensity scoring, with the empirical-Bernstein interval, which holds for any number of independent decisions.</summary>
    public required ConfidenceInterval IpsBernstein { get; init; }

    /// <summary>Self-normalised inverse propensity scoring, with the interval of the clustered bootstrap.</summary>
    public required ConfidenceInterval Snips { get; init; }

    /// <summary>Doubly robust, with the interval of the clustered bootstrap.</summary>
    public required ConfidenceInterval DoublyRobust { get; init; }

    /// <summary>Doubly robust where weights are not above τ, the model's where they are; with the interval of the clustered bootstrap.</summary>
    public required ConfidenceInterval SwitchDoublyRobust { get; init; }

    /// <summary>(Σw)²/Σw²: how many decisions of the policy itself the log is worth.</summary>
    public required double EffectiveSize { get; init; }

    /// <summary>The largest weight.</summary>
    public required double MaxWeight { get; init; }

    /// <summary>The mean weight: 1 up to chance when propensities are right and the log covers the policy.</summary>
    public required double MeanWeight { get; init; }

    /// <summary>Why the estimates are not to be relied on; empty when they are.</summary>
    public required IReadOnlyList<OffPolicyRefusal> Refusals { get; init; }

    /// <summary>Whether the estimates may be acted on.</summary>
    public bool HasVerdict => Refusals.Count == 0;
}
