using Orleans.Concurrency;

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

    /// <summary>What has changed since a version, for a silo's snapshot.</summary>
    /// <param name="sinceVersion">The version that the silo has; 0 for none.</param>
    [AlwaysInterleave]
    [Alias("GetChanges")]
    Task<SentimentChanges> GetChanges(long sinceVersion);

    /// <summary>Persists what was reported.</summary>
    [AlwaysInterleave]
    [Alias("Persist")]
    Task Persist();
}

/// <summary>Changes of sentiment.</summary>
/// <param name="Version">The version after them.</param>
/// <param name="Rows">The products whose sentiment changed.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SentimentChanges")]
public sealed record SentimentChanges([property: Id(0)] long Version, [property: Id(1)] SentimentRow[] Rows);

/// <summary>What shoppers feel about a product, in short.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Mean">Mean valence, shrunk.</param>
/// <param name="StandardDeviation">Of the mean.</param>
/// <param name="Weight">Observations behind it, decayed.</param>
/// <param name="Trend">Short run against long run.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SentimentRow")]
public readonly record struct SentimentRow(
    [property: Id(0)] string ProductId,
    [property: Id(1)] float Mean,
    [property: Id(2)] float StandardDeviation,
    [property: Id(3)] float Weight,
    [property: Id(4)] float Trend);
