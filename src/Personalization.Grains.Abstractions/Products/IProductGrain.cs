using Orleans.Concurrency;

namespace Personalization.Grains.Products;

/// <summary>What shoppers feel about one product, keyed by product id.</summary>
[Alias("personalization.IProductGrain")]
public interface IProductGrain : IGrainWithStringKey
{
    /// <summary>The sentiment as of now.</summary>
    [AlwaysInterleave]
    [Alias("GetSentiment")]
    Task<ProductSentimentView> GetSentiment();

    /// <summary>The sentiment now, and again whenever it has changed.</summary>
    [AlwaysInterleave]
    [Alias("WatchSentiment")]
    IAsyncEnumerable<ProductSentimentView> WatchSentiment(TimeSpan minInterval, CancellationToken cancellationToken);
}

/// <summary>What shoppers feel about a product, as of a moment.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.ProductSentimentView")]
public sealed record ProductSentimentView
{
    /// <summary>The product.</summary>
    [Id(0)] public required string ProductId { get; init; }

    /// <summary>Mean valence, shrunk.</summary>
    [Id(1)] public required double Valence { get; init; }

    /// <summary>Its standard deviation.</summary>
    [Id(2)] public required double ValenceSd { get; init; }

    /// <summary>Mean arousal.</summary>
    [Id(3)] public required double Arousal { get; init; }

    /// <summary>Its standard deviation.</summary>
    [Id(4)] public required double ArousalSd { get; init; }

    /// <summary>Observations behind it, decayed.</summary>
    [Id(5)] public required double Weight { get; init; }

    /// <summary>Observations, ever.</summary>
    [Id(6)] public required long Count { get; init; }

    /// <summary>Short run against long run.</summary>
    [Id(7)] public required double Trend { get; init; }

    /// <summary>By aspect.</summary>
    [Id(8)] public required SentimentSliceView[] ByAspect { get; init; }

    /// <summary>By channel.</summary>
    [Id(9)] public required SentimentSliceView[] ByChannel { get; init; }

    /// <summary>By touchpoint.</summary>
    [Id(10)] public required SentimentSliceView[] ByTouchpoint { get; init; }

    /// <summary>Decayed up to here.</summary>
    [Id(11)] public required DateTimeOffset EvaluatedAt { get; init; }

    /// <summary>Views, ever.</summary>
    [Id(12)] public required long Views { get; init; }

    /// <summary>Times put into a cart, ever.</summary>
    [Id(13)] public required long Carts { get; init; }

    /// <summary>Purchases, ever.</summary>
    [Id(14)] public required long Purchases { get; init; }

    /// <summary>Returns, ever.</summary>
    [Id(15)] public required long Returns { get; init; }
}

/// <summary>A part of a product's sentiment.</summary>
/// <param name="Name">Of what: the aspect, or the channel's or touchpoint's name.</param>
/// <param name="Valence">Mean valence.</param>
/// <param name="ValenceSd">Its standard deviation.</param>
/// <param name="Weight">Observations behind it, decayed.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.SentimentSliceView")]
public readonly record struct SentimentSliceView(
    [property: Id(0)] string Name, [property: Id(1)] double Valence, [property: Id(2)] double ValenceSd, [property: Id(3)] double Weight);
