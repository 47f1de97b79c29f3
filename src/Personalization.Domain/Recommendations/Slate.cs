using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;

namespace Personalization.Domain.Recommendations;

/// <summary>What to show, and everything that is to be said and remembered about it.</summary>
public sealed record Slate
{
    /// <summary>The items, first slot first; none when nothing may be shown.</summary>
    public required ImmutableArray<RecommendedItem> Items { get; init; }

    /// <summary>
    /// The probability of this very slate in this order, given the candidates: the product of the items' propensities. It
    /// may be too small for a number and then is 0: <see cref="LogPropensity"/> never is.
    /// </summary>
    public required double Propensity { get; init; }

    /// <summary>The natural logarithm of <see cref="Propensity"/>.</summary>
    public required double LogPropensity { get; init; }

    /// <summary>Why the slate is less than it could be; empty when it is whole.</summary>
    public ImmutableArray<Degradation> Degraded { get; init; } = [];

    /// <summary>The caller's candidates that the catalogue does not have.</summary>
    public ImmutableArray<string> UnknownCandidates { get; init; } = [];

    /// <summary>How many candidates were scored.</summary>
    public required int CandidateCount { get; init; }

    /// <summary>What the shopper's next slate may be drawn from; null when this one was drawn from a kept pool, or none is to be kept.</summary>
    public KeptPool? Pool { get; init; }

    /// <summary>What must be remembered to learn from the outcomes.</summary>
    public required Decision Decision { get; init; }
}

/// <summary>One item of a slate.</summary>
public sealed record RecommendedItem
{
    /// <summary>The product.</summary>
    public required string ItemId { get; init; }

    /// <summary>The slot, from 1.</summary>
    public required int Rank { get; init; }

    /// <summary>The policy's estimate of the reward at the first slot, after <see cref="Boost"/>.</summary>
    public required double Score { get; init; }

    /// <summary>By what the caller's rules have multiplied a positive estimate, or divided a negative one; 1 where none is about it.</summary>
    public double Boost { get; init; } = 1;

    /// <summary>The probability that the policy puts this item here, given the candidates and the slots above: exact.</summary>
    public required double Propensity { get; init; }

    /// <summary>The generator that found it first.</summary>
    public required string Source { get; init; }

    /// <summary>Why, strongest first; empty unless asked for.</summary>
    public ImmutableArray<Reason> Reasons { get; init; } = [];

    /// <summary>What shoppers feel about it.</summary>
    public required ItemSentiment Sentiment { get; init; }
}

/// <summary>Why an item is in a slate.</summary>
/// <param name="Signal">The signal: one of <see cref="ReasonSignals"/>.</param>
/// <param name="Text">For a shopper to read.</param>
/// <param name="Contribution">Its part in the score, in units of the score; 0 for what found the item and said nothing of its rank.</param>
/// <param name="Share">Its share of everything that speaks for the item, [0, 1].</param>
public readonly record struct Reason(string Signal, string Text, double Contribution, double Share = 0);

/// <summary>Why an answer is less than it could be.</summary>
/// <param name="Code">One of <see cref="DegradationCodes"/>.</param>
/// <param name="Detail">For a person.</param>
public readonly record struct Degradation(string Code, string Detail);

/// <summary>The codes of a <see cref="Degradation"/>.</summary>
public static class DegradationCodes
{
    /// <summary>This silo has no catalogue yet, or it is empty: nothing can be shown.</summary>
    public const string NoCatalog = "NO_CATALOG";

    /// <summary>This silo has no policy yet: items are ordered by what is believed before the first reward.</summary>
    public const string NoPolicy = "NO_POLICY";

    /// <summary>This silo has no co-visitation yet: that generator found nothing.</summary>
    public const string NoCoVisitation = "NO_CO_VISITATION";

    /// <summary>The snapshots may have missed changes.</summary>
    public const string StaleSnapshot = "STALE_SNAPSHOT";

    /// <summary>Fewer products may be shown than were asked for.</summary>
    public const string FewCandidates = "FEW_CANDIDATES";

    /// <summary>The policy was learned with other features: it was not used.</summary>
    public const string PolicyMismatch = "POLICY_MISMATCH";
}
