using System.Collections.Concurrent;
using Grpc.Core;
using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>What is acknowledged survives the death of the process, and nothing happens twice.</summary>
public sealed class CrashTests
{
    private const int Users = 40;
    private const int Products = 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Kill9_UnderLoad_LosesNothingAcknowledgedAndAppliesNothingTwice()
    {
        var kills = Environment.GetEnvironmentVariable("PERSONALIZATION_LONG_TESTS") == "1" ? 12 : 3;
        using var data = new TemporaryFolder();
        var acknowledged = new ConcurrentDictionary<string, Event>();
        var sent = new ConcurrentDictionary<string, Event>();

        for (var life = 0; life < kills; life++)
        {
            // Checkpoints in quick succession, so that kills fall into their midst as well.
            await using var host = await HostProcess.StartAsync(data.Path, "--Pump:CheckpointInterval", "00:00:00.200");
            await LoadUntilAsync(host, life, sent, acknowledged, enough: 2_000 + (life * 137));
            await host.KillAsync();
        }

        Assert.NotEmpty(acknowledged);
        await using var last = await HostProcess.StartAsync(data.Path);
        var ingestion = new IngestionService.IngestionServiceClient(last.Channel);

        // Everything is sent once more. What was acknowledged must be known; what was not may be either.
        var token = string.Empty;
        foreach (var chunk in sent.Values.Chunk(500))
        {
            var reply = await ingestion.IngestEventsAsync(new IngestEventsRequest { Events = { chunk } });
            foreach (var result in reply.Results)
            {
                if (acknowledged.ContainsKey(result.EventId))
                {
                    Assert.Equal(EventStatus.Duplicate, result.Status);
                }
                else
                {
                    Assert.True(result.Status is EventStatus.Accepted or EventStatus.Duplicate, $"{result.EventId}: {result.Status} {result.Reason}");
                }
            }

            token = reply.ConsistencyToken;
        }

        Assert.NotEmpty(token);
        await AssertCountedOnceAsync(last, sent.Values);
        Assert.Equal(0, await last.StopAsync());
    }

    private static async Task LoadUntilAsync(
        HostProcess host, int life, ConcurrentDictionary<string, Event> sent, ConcurrentDictionary<string, Event> acknowledged, int enough)
    {
        var ingestion = new IngestionService.IngestionServiceClient(host.Channel);
        var goal = acknowledged.Count + enough;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var senders = Enumerable.Range(0, 4).Select(async sender =>
        {
            for (var batch = 0; !reached.Task.IsCompleted; batch++)
            {
                var events = Enumerable.Range(0, 20).Select(i => View($"{life}-{sender}-{batch}-{i}", (sender * 7919) + (batch * 31) + i)).ToArray();
                foreach (var e in events)
                {
                    sent[e.EventId] = e;
                }

                var reply = await ingestion.IngestEventsAsync(new IngestEventsRequest { Events = { events } });
                foreach (var result in reply.Results.Where(static r => r.Status == EventStatus.Accepted))
                {
                    acknowledged[result.EventId] = sent[result.EventId];
                }

                if (acknowledged.Count >= goal)
                {
                    reached.TrySetResult();
                }
            }
        }).ToArray();
        await Task.WhenAny(reached.Task, Task.WhenAll(senders)).WaitAsync(s_patience);
        // Some calls are still under way: the kill comes into the midst of them.
        _ = Task.WhenAll(senders).ContinueWith(static t => t.Exception, TaskScheduler.Default);
    }

    private static async Task AssertCountedOnceAsync(HostProcess host, IEnumerable<Event> sent)
    {
        var operations = new OperationsService.OperationsServiceClient(host.Channel);
        using var patience = new CancellationTokenSource(s_patience);
        while ((await operations.GetServerStatusAsync(new GetServerStatusRequest(), cancellationToken: patience.Token)).EventsBehind > 0)
        {
            await Task.Delay(50, patience.Token);
        }

        var profiles = new ProfileService.ProfileServiceClient(host.Channel);
        foreach (var user in sent.GroupBy(static e => e.Shopper.UserId))
        {
            var profile = await profiles.GetProfileAsync(new GetProfileRequest { Shopper = new Shopper { UserId = user.Key } });
            Assert.Equal(user.Count(), profile.Profile.EventCount);
        }

        var catalog = new CatalogService.CatalogServiceClient(host.Channel);
        foreach (var product in sent.GroupBy(static e => e.ProductId))
        {
            await EventuallyAsync(
                product.Count(),
                async () => (await catalog.GetProductSentimentAsync(new GetProductSentimentRequest { ProductId = product.Key })).Sentiment.Views,
                patience.Token);
        }
    }

    // Products hear of views at the next tick; too many would never become right again.
    private static async Task EventuallyAsync(long expected, Func<Task<long>> read, CancellationToken patience)
    {
        var seen = await read();
        while (seen < expected && !patience.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
            seen = await read();
        }

        Assert.Equal(expected, seen);
    }

    private static Event View(string id, int seed) => new()
    {
        EventId = id,
        Shopper = new Shopper { UserId = $"user-{seed % Users}", SessionId = "s" },
        ProductId = $"product-{seed % Products}",
        Touchpoint = Touchpoint.Product,
        Channel = Channel.Web,
        Behaviour = new Behaviour { Action = BehaviourAction.View, DwellMs = 1500 },
    };
}
