using System.Collections.Immutable;
using Personalization.Domain.Interventions;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Grains.Products;
using Personalization.Grains.Recommendations;

namespace Personalization.Grains.Snapshots;

/// <summary>
/// What every decision on this silo reads: catalogue, policies and co-visitation, each immutable and swapped whole. Written
/// by the silo's follower alone; read by anybody, without a lock.
/// </summary>
public sealed class EngineSnapshots
{
    private SnapshotSet _current = SnapshotSet.Empty;

    /// <summary>The snapshots now. Take it once per decision: they belong together.</summary>
    public SnapshotSet Current => Volatile.Read(ref _current);

    /// <summary>Raised after a change, with what has changed. From the follower's turn: do little.</summary>
    public event Action<SnapshotKind>? Changed;

    internal void Replace(SnapshotSet next, SnapshotKind kind)
    {
        Volatile.Write(ref _current, next);
        Changed?.Invoke(kind);
    }

    /// <summary>Notes that everything was looked at and is up to date.</summary>
    internal void Confirm(DateTimeOffset at) => Volatile.Write(ref _current, Current with { CheckedAt = at });
}

/// <summary>Snapshots that belong together: the numbers of the products are the same in all of them.</summary>
public sealed record SnapshotSet
{
    /// <summary>Nothing known yet.</summary>
    public static SnapshotSet Empty { get; } = new();

    /// <summary>The catalogue with sentiment and popularity; its version counts every change of any of them.</summary>
    public CatalogSnapshot Catalog { get; init; } = CatalogSnapshot.Empty;

    /// <summary>The catalogue grain's version that the products are of.</summary>
    public long CatalogVersion { get; init; }

    /// <summary>What of the board sentiment is.</summary>
    public SnapshotPosition SentimentPosition { get; init; } = SnapshotPosition.None;

    /// <summary>What of its owner popularity is.</summary>
    public SnapshotPosition PopularityPosition { get; init; } = SnapshotPosition.None;

    /// <summary>What of its owner <see cref="Policy"/> is.</summary>
    public SnapshotPosition PolicyPosition { get; init; } = SnapshotPosition.None;

    /// <summary>What of its owner <see cref="CoVisitation"/> is.</summary>
    public SnapshotPosition CoVisitationPosition { get; init; } = SnapshotPosition.None;

    /// <summary>What of its owner <see cref="Interventions"/> is.</summary>
    public SnapshotPosition InterventionsPosition { get; init; } = SnapshotPosition.None;

    /// <summary>The recommendation policy; null until it is known.</summary>
    public PolicySnapshot? Policy { get; init; }

    /// <summary>Who decides, and what stands in the policy's shadow.</summary>
    public ModesSnapshot Modes { get; init; } = ModesSnapshot.Plain;

    /// <summary>What of its owner <see cref="Modes"/> are.</summary>
    public SnapshotPosition ModesPosition { get; init; } = SnapshotPosition.None;

    /// <summary>Co-visitation; null until it is known.</summary>
    public CoVisitationSnapshot? CoVisitation { get; init; }

    /// <summary>The factor model of a version of <see cref="CoVisitation"/>; null until there is one.</summary>
    public FactorNeighbours? Factors { get; init; }

    /// <summary>The factor model, unless the graph has more than doubled since: one that knows little misleads.</summary>
    internal FactorNeighbours? RipeFactors => Factors?.GraphVersion * 2 >= CoVisitation?.Version ? Factors : null;

    /// <summary>The intervention policy.</summary>
    public InterventionModel Interventions { get; init; } = InterventionModel.Empty;

    /// <summary>When all of them were last known to be up to date; null for never.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>How answers name the policy: <c>name@version</c>.</summary>
    public string PolicyName => PolicyStatistics.NameOf(Policy?.Version ?? 0);

    /// <summary>The set after changes of the catalogue, with the others bound to its products.</summary>
    internal SnapshotSet With(Domain.Recommendations.Catalog.CatalogChanges changes)
    {
        var catalog = Catalog.With(changes, Catalog.Version + 1);
        return this with
        {
            Catalog = catalog,
            Policy = Policy?.Bind(catalog.Directory),
            Modes = Modes.Bind(catalog.Directory),
            CoVisitation = CoVisitation?.Bind(catalog.Directory),
        };
    }

    internal static ProductFacts ToFacts(ProductMessage message) => new()
    {
        ProductId = message.ProductId,
        Title = message.Title,
        Brand = message.Brand,
        CategoryPath = [.. message.CategoryPath],
        Price = message.Price,
        Currency = message.Currency,
        MarginRate = message.MarginRate,
        InStock = message.InStock,
        Attributes = [.. message.AttributeNames.Zip(message.AttributeValues, static (n, v) => new ProductAttribute(n, v))],
        LaunchedAt = message.LaunchedAt,
        OfflineScore = message.OfflineScore,
    };

    internal static ImmutableArray<KeyValuePair<string, ItemPopularity>> ToPopularities(PopularityChanges changes) =>
        [.. changes.Rows.Select(static r =>
            KeyValuePair.Create(r.ProductId, new ItemPopularity([.. r.BySegment], r.Trend) { Rhythm = ToRhythm(r.Rhythm) }))];

    private static PurchaseRhythm ToRhythm(double[]? sums) =>
        sums is [var purchases, var repeats, var logDays, var squared] ? new(purchases, repeats, logDays, squared) : PurchaseRhythm.None;

    internal static ImmutableArray<KeyValuePair<string, ItemSentiment>> ToSentiments(SentimentChanges changes) =>
        [.. changes.Rows.Select(static r =>
            KeyValuePair.Create(r.ProductId, new ItemSentiment(r.Mean, r.StandardDeviation, r.Weight, r.Trend, r.LovedAspect)))];
}
