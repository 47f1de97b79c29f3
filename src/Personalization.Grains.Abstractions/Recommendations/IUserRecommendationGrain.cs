using Orleans.Concurrency;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Modes;

namespace Personalization.Grains.Recommendations;

/// <summary>What to show a user, keyed by the text form of the user key. One of the faces of the user's grain.</summary>
[Alias("personalization.IUserRecommendationGrain")]
public interface IUserRecommendationGrain : IGrainWithStringKey
{
    /// <summary>A slate. Within ten minutes the same request id gets the same slate.</summary>
    /// <exception cref="RequestIdReusedException">The request id was used for another request.</exception>
    [AlwaysInterleave]
    [Alias("Recommend")]
    Task<SlateReply> Recommend(RecommendCommand command, CancellationToken cancellationToken);

    /// <summary>A slate now, and a new one whenever what it rests on has changed it.</summary>
    [AlwaysInterleave]
    [Alias("WatchRecommendations")]
    IAsyncEnumerable<SlateReply> WatchRecommendations(RecommendCommand command, TimeSpan minInterval, CancellationToken cancellationToken);

    /// <summary>What is known of some decisions of this user, of recommendations and interventions alike.</summary>
    /// <returns>One per id, in the same order.</returns>
    [AlwaysInterleave]
    [Alias("FindDecisions")]
    Task<DecisionStanding[]> FindDecisions(string[] decisionIds);
}

/// <summary>What is known of a decision.</summary>
[GenerateSerializer]
public enum DecisionStanding
{
    /// <summary>No such decision of this user.</summary>
    Unknown = 0,
    /// <summary>Outcomes still teach.</summary>
    Open = 1,
    /// <summary>Outcomes are counted but teach nothing any more.</summary>
    Closed = 2,
}

/// <summary>A request id was used for another request.</summary>
[GenerateSerializer]
[Alias("personalization.RequestIdReusedException")]
public sealed class RequestIdReusedException : Exception
{
    /// <summary>With the id.</summary>
    public RequestIdReusedException(string requestId)
        : base($"The request id '{requestId}' was used for another request.")
    {
    }
}

/// <summary>A request for a slate, validated and with its ranges coerced.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.RecommendCommand")]
public sealed record RecommendCommand
{
    /// <summary>Where the slate will stand.</summary>
    [Id(0)] public string Placement { get; init; } = "default";

    /// <summary>1 to 100.</summary>
    [Id(1)] public int PageSize { get; init; } = 10;

    /// <summary>The visit; empty when unknown.</summary>
    [Id(2)] public string SessionId { get; init; } = "";

    /// <summary>The request's context.</summary>
    [Id(3)] public ContextEntry[] Context { get; init; } = [];

    /// <summary>Products to start from.</summary>
    [Id(4)] public string[] SeedProductIds { get; init; } = [];

    /// <summary>Products never shown.</summary>
    [Id(5)] public string[] ExcludedProductIds { get; init; } = [];

    /// <summary>Any of these; empty for all.</summary>
    [Id(6)] public string[] Brands { get; init; } = [];

    /// <summary>Any of these or below; names joined by a slash; empty for all.</summary>
    [Id(7)] public string[] Categories { get; init; } = [];

    /// <summary>Not below; null for no bound.</summary>
    [Id(8)] public double? MinPrice { get; init; }

    /// <summary>Not above; null for no bound.</summary>
    [Id(9)] public double? MaxPrice { get; init; }

    /// <summary>Only what is in stock.</summary>
    [Id(10)] public bool InStockOnly { get; init; } = true;

    /// <summary>[0, 1].</summary>
    [Id(11)] public float Diversity { get; init; } = 0.3f;

    /// <summary>Waits until this offset of the user's partition has been applied; 0 for no wait.</summary>
    [Id(12)] public long MinOffset { get; init; }

    /// <summary>Adds reasons.</summary>
    [Id(13)] public bool Explain { get; init; }

    /// <summary>The caller's id of the request; empty for none.</summary>
    [Id(14)] public string RequestId { get; init; } = "";

    /// <summary>Ranks these and no others; null to find candidates.</summary>
    [Id(15)] public string[]? Candidates { get; init; }

    /// <summary>Shows again what was bought before: all of it, none, or (null) what is due again.</summary>
    [Id(16)] public bool? AllowRepurchase { get; init; }

    /// <summary>What the shop wants favoured or kept out.</summary>
    [Id(17)] public RankingRuleMessage[] Rules { get; init; } = [];

    /// <summary>
    /// The reward that the caller's own ranker expects of each candidate, not-a-number for what the catalogue says; empty for that of
    /// all.
    /// </summary>
    [Id(18)] public double[] OfflineScores { get; init; } = [];
}

/// <summary>A product, or what has a facet, that the shop wants favoured or kept out.</summary>
/// <param name="ProductId">The product; empty when it is about a facet.</param>
/// <param name="Kind">What kind of facet.</param>
/// <param name="Name">The facet's name, as <see cref="FacetKey.Name"/>; empty when it is about a product.</param>
/// <param name="Boost">By what the estimate is multiplied; 0 keeps out.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.RankingRuleMessage")]
public readonly record struct RankingRuleMessage(
    [property: Id(0)] string ProductId, [property: Id(1)] FacetKind Kind, [property: Id(2)] string Name, [property: Id(3)] double Boost)
{
    /// <summary>As ranking has it.</summary>
    public RankingRule ToRule()
    {
        var facet = ProductId.Length > 0 ? default : FacetKey.Of(Kind, Name);
        return (ProductId.Length > 0, Boost == 0) switch
        {
            (true, true) => RankingRule.KeepOut(ProductId),
            (true, false) => RankingRule.Favour(ProductId, Boost),
            (false, true) => RankingRule.KeepOut(facet),
            (false, false) => RankingRule.Favour(facet, Boost),
        };
    }
}

/// <summary>One entry of a context map.</summary>
/// <param name="Key">The key.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="Text">The text, of a text value.</param>
/// <param name="Number">The number, or 1 and 0 for true and false.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ContextEntry")]
public readonly record struct ContextEntry(
    [property: Id(0)] string Key,
    [property: Id(1)] Domain.Ingestion.ContextValueKind Kind,
    [property: Id(2)] string? Text,
    [property: Id(3)] double Number);

/// <summary>A slate.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.SlateReply")]
public sealed record SlateReply
{
    /// <summary>The decision.</summary>
    [Id(0)] public required string DecisionId { get; init; }

    /// <summary>Signed; verifiable without a look-up.</summary>
    [Id(1)] public required string AttributionToken { get; init; }

    /// <summary>Best first.</summary>
    [Id(2)] public required SlateItem[] Items { get; init; }

    /// <summary>Probability of this slate in this order.</summary>
    [Id(3)] public required double SlatePropensity { get; init; }

    /// <summary>name@version.</summary>
    [Id(4)] public required string PolicyVersion { get; init; }

    /// <summary>name@version of each scoring model behind the profile.</summary>
    [Id(5)] public required string[] ModelVersions { get; init; }

    /// <summary>name@version/arm; empty outside experiments.</summary>
    [Id(6)] public required string Experiment { get; init; }

    /// <summary>The catalogue snapshot's version.</summary>
    [Id(7)] public required long CatalogVersion { get; init; }

    /// <summary>The user's partition.</summary>
    [Id(8)] public required int Partition { get; init; }

    /// <summary>The last offset folded into the profile.</summary>
    [Id(9)] public required long Offset { get; init; }

    /// <summary>When the last event folded in occurred; null for none.</summary>
    [Id(10)] public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Why the slate is less than it could be.</summary>
    [Id(11)] public required DegradationMessage[] Degraded { get; init; }

    /// <summary>True when this is the kept answer to a retried request.</summary>
    [Id(12)] public bool Replayed { get; init; }

    /// <summary>Candidates of the caller that the catalogue does not have.</summary>
    [Id(13)] public string[] UnknownCandidates { get; init; } = [];

    /// <summary>For a watch: INITIAL, PROFILE_CHANGED, CATALOG_CHANGED or POLICY_CHANGED.</summary>
    [Id(14)] public string Trigger { get; init; } = "";

    /// <summary>Who decided.</summary>
    [Id(15)] public PolicyMode Mode { get; init; }

    /// <summary>The policy in the shadow that was scored; empty for none.</summary>
    [Id(16)] public string Shadow { get; init; } = "";
}

/// <summary>One item of a slate.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.SlateItem")]
public sealed record SlateItem
{
    /// <summary>The product.</summary>
    [Id(0)] public required string ProductId { get; init; }

    /// <summary>The policy's estimate of the reward.</summary>
    [Id(1)] public required double Score { get; init; }

    /// <summary>Probability in this slot, given the slots above.</summary>
    [Id(2)] public required double Propensity { get; init; }

    /// <summary>The generator that found it.</summary>
    [Id(3)] public required string Source { get; init; }

    /// <summary>Why, strongest first; empty without explain.</summary>
    [Id(4)] public required ReasonMessage[] Reasons { get; init; }

    /// <summary>Mean valence of the product's sentiment.</summary>
    [Id(5)] public required double Valence { get; init; }

    /// <summary>Its standard deviation.</summary>
    [Id(6)] public required double ValenceSd { get; init; }

    /// <summary>Observations behind it, decayed.</summary>
    [Id(7)] public required double SentimentWeight { get; init; }

    /// <summary>By what rules have multiplied its estimate; 1 where none is about it.</summary>
    [Id(8)] public double Boost { get; init; } = 1;
}

/// <summary>Why an item is in a slate.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Text">For a shopper to read.</param>
/// <param name="Contribution">Its part in the score.</param>
/// <param name="Share">Its share of everything that speaks for the item.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ReasonMessage")]
public readonly record struct ReasonMessage(
    [property: Id(0)] string Signal, [property: Id(1)] string Text, [property: Id(2)] double Contribution, [property: Id(3)] double Share = 0);

/// <summary>Why an answer is less than it could be.</summary>
/// <param name="Reason">The reason code.</param>
/// <param name="Detail">For a person.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.DegradationMessage")]
public readonly record struct DegradationMessage([property: Id(0)] string Reason, [property: Id(1)] string Detail);
