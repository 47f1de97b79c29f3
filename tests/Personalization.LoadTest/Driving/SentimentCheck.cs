using System.Collections.Concurrent;
using Personalization.Client;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>Compares what the engine has learned of products with the truth.</summary>
internal static class SentimentCheck
{
    private const int Parallel = 16;

    /// <summary>The engine's valence of products beside their truth, over the products with enough feelings expressed.</summary>
    /// <param name="world">The run.</param>
    /// <param name="atLeast">How often shoppers must have let a product know.</param>
    /// <param name="rng">Draws the interval.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<Spearman.Result> CompareAsync(World world, int atLeast, Rng rng, CancellationToken cancellationToken)
    {
        var items = world.Catalogue.Items.Where(item => world.Feelings.Of(item) >= atLeast).ToArray();
        var learned = await LearnedAsync(world.Client, [.. items.Select(i => i.ProductId)], cancellationToken);
        var pairs = items.Where(i => learned.ContainsKey(i.ProductId)).ToArray();
        return Spearman.WithInterval(
            [.. pairs.Select(i => learned[i.ProductId].Valence.Mean)], [.. pairs.Select(i => i.Truth.Quality)], rng);
    }

    /// <summary>What the engine has learned of some products; those it has never heard of are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, ProductSentiment>> LearnedAsync(
        PersonalizationClient client, IReadOnlyList<string> productIds, CancellationToken cancellationToken)
    {
        var learned = new ConcurrentDictionary<string, ProductSentiment>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(productIds, options, async (id, token) =>
        {
            var response = await client.Catalog.GetProductSentimentAsync(new GetProductSentimentRequest { ProductId = id }, cancellationToken: token);
            if (response.Sentiment is { Valence: not null, Count: > 0 } sentiment)
            {
                learned[id] = sentiment;
            }
        });
        return learned;
    }
}
