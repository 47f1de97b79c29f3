using Orleans.Concurrency;

namespace Personalization.Grains.Products;

/// <summary>The catalogue: the one place where products are put in and versions are given. There is one, keyed "default".</summary>
[Alias("personalization.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>Puts products in, durably, and tells every silo.</summary>
    /// <param name="products">Validated products with different ids.</param>
    /// <returns>The catalogue's version that has them.</returns>
    [Alias("Upsert")]
    Task<long> Upsert(ProductMessage[] products);

    /// <summary>One product; null when the catalogue does not have it.</summary>
    [AlwaysInterleave]
    [Alias("Get")]
    Task<ProductMessage?> Get(string productId);

    /// <summary>Products in order of id.</summary>
    /// <param name="query">Which.</param>
    [AlwaysInterleave]
    [Alias("List")]
    Task<ProductPage> List(ProductQuery query);

    /// <summary>What has changed since a version, for a silo's snapshot.</summary>
    /// <param name="sinceVersion">The version that the silo has; 0 for none.</param>
    [AlwaysInterleave]
    [Alias("GetChanges")]
    Task<CatalogChanges> GetChanges(long sinceVersion);
}

/// <summary>Which products to list.</summary>
/// <param name="AfterProductId">Only ids after this one; empty for the beginning.</param>
/// <param name="PageSize">1 to 1,000.</param>
/// <param name="Category">Only below this category, names joined by a slash; empty for all.</param>
/// <param name="Brand">Only this brand; empty for all.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ProductQuery")]
public sealed record ProductQuery(
    [property: Id(0)] string AfterProductId, [property: Id(1)] int PageSize, [property: Id(2)] string Category, [property: Id(3)] string Brand);

/// <summary>Some products.</summary>
/// <param name="Products">In order of id.</param>
/// <param name="HasMore">Whether there are more after them.</param>
/// <param name="TotalSize">How many products the catalogue has.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ProductPage")]
public sealed record ProductPage(
    [property: Id(0)] ProductMessage[] Products, [property: Id(1)] bool HasMore, [property: Id(2)] long TotalSize);

/// <summary>Changes of the catalogue: a part of them when they are many.</summary>
/// <param name="Version">The version after these changes: ask again from here.</param>
/// <param name="Latest">The catalogue's version; when it is greater there are more changes.</param>
/// <param name="Products">The products that changed.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.CatalogChanges")]
public sealed record CatalogChanges(
    [property: Id(0)] long Version, [property: Id(1)] long Latest, [property: Id(2)] ProductMessage[] Products);

/// <summary>A product on its way between grains.</summary>
[GenerateSerializer, Immutable]
[Alias("personalization.ProductMessage")]
public sealed record ProductMessage
{
    /// <summary>The product's id.</summary>
    [Id(0)] public required string ProductId { get; init; }

    /// <summary>Title.</summary>
    [Id(1)] public string Title { get; init; } = "";

    /// <summary>Brand.</summary>
    [Id(2)] public string Brand { get; init; } = "";

    /// <summary>From the root.</summary>
    [Id(3)] public string[] CategoryPath { get; init; } = [];

    /// <summary>Price of one unit.</summary>
    [Id(4)] public decimal Price { get; init; }

    /// <summary>ISO 4217.</summary>
    [Id(5)] public string Currency { get; init; } = "";

    /// <summary>Share of the price that the shop keeps, [−1, 1].</summary>
    [Id(6)] public double MarginRate { get; init; } = 0.3;

    /// <summary>Whether it can be bought.</summary>
    [Id(7)] public bool InStock { get; init; }

    /// <summary>Names, in order.</summary>
    [Id(8)] public string[] AttributeNames { get; init; } = [];

    /// <summary>Values, one per name.</summary>
    [Id(9)] public string[] AttributeValues { get; init; } = [];

    /// <summary>When it was or will be launched.</summary>
    [Id(10)] public DateTimeOffset LaunchedAt { get; init; }

    /// <summary>The reward that the caller's own ranker expects of it; null where there is none.</summary>
    [Id(11)] public double? OfflineScore { get; init; }
}
