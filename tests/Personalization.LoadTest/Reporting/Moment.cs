using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Driving;
using Personalization.V1;

namespace Personalization.LoadTest.Reporting;

/// <summary>The figures of one second of a run.</summary>
internal sealed record Moment(
    double Progress, double EventsPerSecond, double RecommendationsPerSecond, double RecommendP50Ms, double RecommendP99Ms, IReadOnlyList<ProductMoment> Products);

/// <summary>What is known of a product, beside the truth.</summary>
internal sealed record ProductMoment(Item Item, int Expressed, double? Learned, double? Uncertainty);

/// <summary>Takes the figures, second by second.</summary>
internal sealed class MomentSampler(World world, TimeProvider time)
{
    private const int Products = 6;
    private long _at = time.GetTimestamp();
    private long _events = world.Record.EventsAcknowledged;
    private long _recommendations = world.Record.Recommendations;
    private long[] _latencies = world.Record.Recommend.Snapshot();

    public async Task<Moment> NextAsync(CancellationToken cancellationToken)
    {
        var record = world.Record;
        var seconds = time.GetElapsedTime(_at).TotalSeconds;
        var (events, recommendations) = (record.EventsAcknowledged, record.Recommendations);
        var moment = new Moment(
            world.Progress,
            (events - _events) / seconds,
            (recommendations - _recommendations) / seconds,
            record.Recommend.QuantileMs(0.5, _latencies),
            record.Recommend.QuantileMs(0.99, _latencies),
            await ProductsAsync(cancellationToken));
        (_at, _events, _recommendations, _latencies) = (time.GetTimestamp(), events, recommendations, record.Recommend.Snapshot());
        return moment;
    }

    private async Task<IReadOnlyList<ProductMoment>> ProductsAsync(CancellationToken cancellationToken)
    {
        var moments = new List<ProductMoment>(Products);
        foreach (var item in world.Feelings.MostSpokenOf(Products).Where(item => world.Feelings.Of(item) > 0))
        {
            moments.Add(await ProductAsync(item, cancellationToken));
        }

        return moments;
    }

    private async Task<ProductMoment> ProductAsync(Item item, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetProductSentimentRequest { ProductId = item.ProductId };
            var response = await world.Client.Catalog.GetProductSentimentAsync(request, cancellationToken: cancellationToken);
            var valence = response.Sentiment?.Valence;
            return new ProductMoment(item, world.Feelings.Of(item), valence?.Mean, valence?.StandardDeviation);
        }
        catch (Grpc.Core.RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            world.Record.Failed("GetProductSentiment", e);
            return new ProductMoment(item, world.Feelings.Of(item), null, null);
        }
        catch (Grpc.Core.RpcException e)
        {
            throw new OperationCanceledException("The run is over.", e, cancellationToken);
        }
    }
}
