using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Reporting;

/// <summary>What a run comes to; the names are those of its JSON, in snake case. Null: not measured.</summary>
internal sealed record Summary
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>simulation, reviews or sequences.</summary>
    public required string Kind { get; init; }

    public required string PackageMode { get; init; }

    public required string ServerVersion { get; init; }

    public required string Durability { get; init; }

    public required double Seconds { get; init; }

    public required int Seed { get; init; }

    public required long EventsAcknowledged { get; init; }

    public required double EventsPerSecond { get; init; }

    public long EventsDuplicate { get; init; }

    public long OutcomesAcknowledged { get; init; }

    public long Visits { get; init; }

    public long VisitsDropped { get; init; }

    public required long Recommendations { get; init; }

    public double? RecommendP50Ms { get; init; }

    public double? RecommendP99Ms { get; init; }

    public double? RecommendAfterWriteP50Ms { get; init; }

    public double? RecommendAfterWriteP99Ms { get; init; }

    public double? DecideP50Ms { get; init; }

    public double? DecideP99Ms { get; init; }

    public double? AcknowledgeP50Ms { get; init; }

    public double? AcknowledgeP99Ms { get; init; }

    public double? FreshnessP50Ms { get; init; }

    public double? FreshnessP99Ms { get; init; }

    public long FreshnessSamples { get; init; }

    /// <summary>How long it took after the last event until all were folded in.</summary>
    public double? SettledAfterMs { get; init; }

    public IReadOnlyDictionary<string, ArmSummary> Arms { get; init; } = new Dictionary<string, ArmSummary>();

    public Measured? LiftOverPopularity { get; init; }

    public Measured? LiftOverRandom { get; init; }

    public IReadOnlyDictionary<string, InterventionSummary> Interventions { get; init; } = new Dictionary<string, InterventionSummary>();

    public long InterventionsForReview { get; init; }

    public double? SentimentRankCorrelation { get; init; }

    public double?[]? SentimentRankCorrelationCi95 { get; init; }

    /// <summary>How many products had enough feelings expressed to be compared.</summary>
    public int SentimentProducts { get; init; }

    public long FeelingsExpressed { get; init; }

    /// <summary>What feelings in each modality did to a profile and to the next ranking; empty when that was not tried.</summary>
    public IReadOnlyDictionary<string, ModalitySummary> Modalities { get; init; } = new Dictionary<string, ModalitySummary>();

    public ReplaySummary? Replay { get; init; }

    /// <summary>Shown items by the generator that found them.</summary>
    public IReadOnlyDictionary<string, long> Sources { get; init; } = new Dictionary<string, long>();

    /// <summary>Answers that said they were less than they could be.</summary>
    public IReadOnlyDictionary<string, long> Degraded { get; init; } = new Dictionary<string, long>();

    /// <summary>Events that were not taken, as they should not be.</summary>
    public IReadOnlyDictionary<string, long> Refused { get; init; } = new Dictionary<string, long>();

    public long PayloadsWithoutConsent { get; init; }

    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    /// <summary>The summary as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>A number, or null when there is none.</summary>
    public static double? Finite(double value, int decimals = 6) => double.IsFinite(value) ? Math.Round(value, decimals) : null;

    /// <summary>An interval as [low, high].</summary>
    public static double?[] Pair(Interval interval) => [Finite(interval.Low), Finite(interval.High)];
}

/// <summary>An arm's click-through.</summary>
internal sealed record ArmSummary(
    int Shoppers,
    long Impressions,
    long Clicks,
    double? Ctr,
    double?[] Ci95,
    double?[] Wilson95,
    double[] CtrByQuarter,
    long Carts,
    long Purchases,
    decimal Revenue);

/// <summary>A figure with its interval.</summary>
internal sealed record Measured(double? Value, double?[] Ci95);

/// <summary>What came of an action.</summary>
internal sealed record InterventionSummary(long Decided, long Accepted, long Converted, decimal Profit);

/// <summary>What a replay of real data showed.</summary>
internal sealed record ReplaySummary
{
    public required string File { get; init; }

    public required string Format { get; init; }

    public long Events { get; init; }

    public int Products { get; init; }

    public int Users { get; init; }

    /// <summary>Seconds from the first event until the last was acknowledged, and until all were folded in.</summary>
    public double AcknowledgedAfterSeconds { get; init; }

    public double? AppliedAfterSeconds { get; init; }

    public double? Spearman { get; init; }

    public double?[]? SpearmanCi95 { get; init; }

    public int? ProductsCompared { get; init; }

    public int? MinReviews { get; init; }

    public int? UsersAsked { get; init; }

    public Measured? EngineHitRate10 { get; init; }

    public Measured? EngineNdcg10 { get; init; }

    public Measured? PopularityHitRate10 { get; init; }

    public Measured? PopularityNdcg10 { get; init; }
}
