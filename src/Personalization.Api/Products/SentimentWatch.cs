using System.Threading.Channels;
using Grpc.Core;
using Personalization.Grains.Products;

namespace Personalization.Api.Products;

/// <summary>One WatchProductSentiment: the changes of several products on one stream.</summary>
internal static class SentimentWatch
{
    /// <summary>Sends changes until the client goes away, a product can no longer be watched, or it is asked to end.</summary>
    public static async Task RunAsync(
        IReadOnlyList<IProductGrain> products,
        TimeSpan minInterval,
        IServerStreamWriter<Wire.WatchProductSentimentResponse> responses,
        CancellationTokenSource ending,
        CancellationToken cancellationToken)
    {
        // A slow client holds the watchers back; each of them then sends the newest, not all.
        var changes = Channel.CreateBounded<ProductSentimentView>(products.Count);
        var watching = WatchAllAsync(products, minInterval, changes.Writer, ending);
        try
        {
            await foreach (var view in changes.Reader.ReadAllAsync(ending.Token))
            {
                // With the call's own token: a write that is cancelled by any other aborts the call, and its status with it.
                await responses.WriteAsync(new Wire.WatchProductSentimentResponse { Sentiment = ProductMapping.ToWire(view) }, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A watcher ended the stream: what it says comes below.
        }
        finally
        {
            await ending.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await watching;
    }

    private static async Task WatchAllAsync(
        IReadOnlyList<IProductGrain> products, TimeSpan minInterval, ChannelWriter<ProductSentimentView> changes, CancellationTokenSource ending)
    {
        try
        {
            await Task.WhenAll(products.Select(product => WatchAsync(product, minInterval, changes, ending)));
        }
        finally
        {
            changes.TryComplete();
        }
    }

    private static async Task WatchAsync(
        IProductGrain product, TimeSpan minInterval, ChannelWriter<ProductSentimentView> changes, CancellationTokenSource ending)
    {
        try
        {
            await foreach (var view in product.WatchSentiment(minInterval, ending.Token).WithCancellation(ending.Token))
            {
                await changes.WriteAsync(view, ending.Token);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await ending.CancelAsync();
            throw;
        }
    }
}
