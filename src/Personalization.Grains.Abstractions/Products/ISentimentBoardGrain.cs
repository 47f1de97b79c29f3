using Orleans.Concurrency;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Products;

/// <summary>
/// What shoppers feel about every product, in short, with versions: where the silos read what has changed. Product grains
/// report here; there is one, keyed "default".
/// </summary>
[Alias("personalization.ISentimentBoardGrain")]
public interface ISentimentBoardGrain : IGrainWithStringKey
{
    /// <summary>Takes a product's new figures.</summary>
    [Alias("Report")]
    Task Report(SentimentRow row);

    /// <summary>What a silo's snapshot lacks.</summary>
    /// <param name="since">What the silo has.</param>
    [AlwaysInterleave]
    [Alias("GetChanges")]
    Task<SentimentChanges> GetChanges(SnapshotPosition since);

    /// <summary>Persists what was reported.</summary>
    [AlwaysInterleave]
    [Alias("Persist")]
    Task Persist();
}

/// <summary>Changes of sentiment.</summary>
/// <param name="Position">What the copy is of with them.</param>
/// <param name="Rows">The products whose sentiment changed.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SentimentChanges")]
public sealed record SentimentChanges([property: Id(0)] SnapshotPosition Position, [property: Id(1)] SentimentRow[] Rows);

/// <summary>What shoppers feel about a product, in short.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Mean">Mean valence, shrunk.</param>
/// <param name="StandardDeviation">Of the mean.</param>
/// <param name="Weight">Observations behind it, decayed.</param>
/// <param name="Trend">Short run against long run.</param>
/// <param name="LovedAspect">The aspect that shoppers surely like best; null for none.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SentimentRow")]
public readonly record struct SentimentRow(
    [property: Id(0)] string ProductId,
    [property: Id(1)] float Mean,
    [property: Id(2)] float StandardDeviation,
    [property: Id(3)] float Weight,
    [property: Id(4)] float Trend,
    [property: Id(5)] string? LovedAspect = null);
