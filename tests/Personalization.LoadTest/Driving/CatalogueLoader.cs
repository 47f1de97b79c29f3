using Personalization.Client;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>Puts products into the engine's catalogue.</summary>
internal static class CatalogueLoader
{
    private const int Batch = 500;

    /// <summary>Puts them in; what is refused is recorded.</summary>
    public static async Task LoadAsync(
        PersonalizationClient client, IEnumerable<Product> products, RunRecord record, CancellationToken cancellationToken)
    {
        foreach (var chunk in products.Chunk(Batch))
        {
            var request = new UpsertProductsRequest();
            request.Products.AddRange(chunk);
            var response = await client.Catalog.UpsertProductsAsync(
                request, deadline: DateTime.UtcNow.AddSeconds(60), cancellationToken: cancellationToken);
            foreach (var refused in response.Results.Where(r => r.Error is { Code: not 0 }))
            {
                record.Error($"UpsertProducts: {refused.Error.Message}");
            }
        }
    }
}
