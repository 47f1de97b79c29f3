using Orleans.Concurrency;
using Personalization.Grains.Recommendations;

namespace Personalization.Grains.Interventions;

/// <summary>Whether to step in with a user, and how. One of the faces of the user's grain.</summary>
[Alias("personalization.IUserInterventionGrain")]
public interface IUserInterventionGrain : IGrainWithStringKey
{
    /// <summary>Decides. Within ten minutes the same request id gets the same decision.</summary>
    /// <exception cref="RequestIdReusedException">The request id was used for another request.</exception>
    [AlwaysInterleave]
    [Alias("Decide")]
    Task<InterventionReply> Decide(DecideCommand command, CancellationToken cancellationToken);
}

/// <summary>A request for a decision, validated.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.DecideCommand")]
public sealed record DecideCommand
{
    /// <summary>Where the shopper is.</summary>
    [Id(0)] public required Domain.Ingestion.Touchpoint Touchpoint { get; init; }

    /// <summary>What is in the cart.</summary>
    [Id(1)] public CartLineMessage[] Cart { get; init; } = [];

    /// <summary>The request's context.</summary>
    [Id(2)] public ContextEntry[] Context { get; init; } = [];

    /// <summary>What the caller can do, by the action's number in the domain; empty for everything.</summary>
    [Id(3)] public int[] AllowedActions { get; init; } = [];

    /// <summary>Waits until this offset of the user's partition has been applied; 0 for no wait.</summary>
    [Id(4)] public long MinOffset { get; init; }

    /// <summary>The caller's id of the request; empty for none.</summary>
    [Id(5)] public string RequestId { get; init; } = "";

    /// <summary>The visit; empty when unknown.</summary>
    [Id(6)] public string SessionId { get; init; } = "";
}

/// <summary>A line of a cart.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Quantity">1 to 10,000.</param>
/// <param name="UnitPrice">Of one unit; null for the catalogue's.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.CartLineMessage")]
public readonly record struct CartLineMessage(
    [property: Id(0)] string ProductId, [property: Id(1)] int Quantity, [property: Id(2)] decimal? UnitPrice);

/// <summary>A decision.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.InterventionReply")]
public sealed record InterventionReply
{
    /// <summary>The decision.</summary>
    [Id(0)] public required string DecisionId { get; init; }

    /// <summary>Signed; verifiable without a look-up.</summary>
    [Id(1)] public required string AttributionToken { get; init; }

    /// <summary>The action, by its number in the domain.</summary>
    [Id(2)] public required int Action { get; init; }

    /// <summary>For a discount: percent off the cart.</summary>
    [Id(3)] public required double DiscountPercent { get; init; }

    /// <summary>Expected gain over doing nothing.</summary>
    [Id(4)] public required double ExpectedValue { get; init; }

    /// <summary>Probability of this action.</summary>
    [Id(5)] public required double Propensity { get; init; }

    /// <summary>Every action that was weighed.</summary>
    [Id(6)] public required AssessmentMessage[] Assessments { get; init; }

    /// <summary>The reason code.</summary>
    [Id(7)] public required string Reason { get; init; }

    /// <summary>A person should look.</summary>
    [Id(8)] public required bool NeedsHumanReview { get; init; }

    /// <summary>name@version.</summary>
    [Id(9)] public required string PolicyVersion { get; init; }

    /// <summary>name@version/arm; empty outside experiments.</summary>
    [Id(10)] public required string Experiment { get; init; }

    /// <summary>The user's partition.</summary>
    [Id(11)] public required int Partition { get; init; }

    /// <summary>The last offset folded into the profile.</summary>
    [Id(12)] public required long Offset { get; init; }

    /// <summary>When the last event folded in occurred; null for none.</summary>
    [Id(13)] public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Why the answer is less than it could be.</summary>
    [Id(14)] public required DegradationMessage[] Degraded { get; init; }

    /// <summary>True when this is the kept answer to a retried request.</summary>
    [Id(15)] public bool Replayed { get; init; }

    /// <summary>The catalogue snapshot's version.</summary>
    [Id(16)] public required long CatalogVersion { get; init; }

    /// <summary>name@version of each scoring model behind the profile.</summary>
    [Id(17)] public required string[] ModelVersions { get; init; }

    /// <summary>How likely a purchase was taken to be if nothing is done; null when nothing is known of what the shopper does, or may be used.</summary>
    [Id(18)] public double? PurchaseIntent { get; init; }

    /// <summary>What <see cref="PurchaseIntent"/> is from: name@version of a model or of a rule; empty without one.</summary>
    [Id(19)] public string PurchaseIntentBy { get; init; } = "";
}

/// <summary>How one action was weighed.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.AssessmentMessage")]
public sealed record AssessmentMessage(
    [property: Id(0)] int Action,
    [property: Id(1)] bool Eligible,
    [property: Id(2)] string Reason,
    [property: Id(3)] double ConversionProbability,
    [property: Id(4)] double ExpectedValue,
    [property: Id(5)] double Uncertainty,
    [property: Id(6)] double Propensity);
