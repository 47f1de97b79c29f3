using Personalization.Benchmarks.Load;
using Personalization.Client;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.Benchmarks.Engine;

/// <summary>Makes what storefronts send most of: views with dwell, clicks, now and then a cart and a purchase.</summary>
internal sealed class Clickstream(Catalogue catalogue, Zipf users, string runId)
{
    private long _next;

    /// <summary>One event of one user.</summary>
    public Event Next(Rng rng)
    {
        var item = rng.Pick(catalogue.Items);
        var chance = rng.NextDouble();
        var made = chance switch
        {
            < 0.62 => Events.View(item.ProductId, TimeSpan.FromMilliseconds(rng.Between(400, 30_000)), (float)rng.NextDouble()),
            < 0.90 => Events.Did(BehaviourAction.Click, item.ProductId, Touchpoint.Category),
            < 0.97 => Events.Did(BehaviourAction.AddToCart, item.ProductId),
            _ => Events.Sale(BehaviourAction.Purchase, item.ProductId, Amounts.Of(item.Price, Item.Currency)),
        };
        made.EventId = $"{runId}-{Interlocked.Increment(ref _next):x}";
        made.Shopper = Who.User(users.Next(rng));
        made.OccurredAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(DateTime.UtcNow);
        return made;
    }

    /// <summary>A batch of events.</summary>
    public IngestEventsRequest Batch(Rng rng, int size)
    {
        var batch = new IngestEventsRequest();
        for (var i = 0; i < size; i++)
        {
            batch.Events.Add(Next(rng));
        }

        return batch;
    }
}
