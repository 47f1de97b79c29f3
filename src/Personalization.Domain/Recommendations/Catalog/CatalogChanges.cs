using System.Collections.Immutable;
using Personalization.Domain.Products;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>What happened to the catalogue since some version. Whatever is in it replaces what was there.</summary>
public sealed record CatalogChanges
{
    /// <summary>Products that are new or changed; valid by <see cref="ProductFactsValidator"/>.</summary>
    public ImmutableArray<ProductFacts> Upserted { get; init; } = [];

    /// <summary>Ids of products that left; unknown ones are ignored.</summary>
    public ImmutableArray<string> Removed { get; init; } = [];

    /// <summary>Feelings about products; the product need not be in the catalogue yet.</summary>
    public ImmutableArray<KeyValuePair<string, ItemSentiment>> Sentiments { get; init; } = [];

    /// <summary>Popularity of products; the product need not be in the catalogue yet.</summary>
    public ImmutableArray<KeyValuePair<string, ItemPopularity>> Popularities { get; init; } = [];
}
