using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Health.V1;
using Personalization.Grains.Operations;
using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>A stop in good order: nothing is cut off, nothing is left to replay, and nothing is complained about.</summary>
[Collection(nameof(ProcessWide))]
public sealed class StopTests
{
    private const int Users = 30;
    private const int Products = 12;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_UnderLoadOrRightAfterIt_LeavesNothingToReplayAndSaysNothing(bool underLoad)
    {
        using var data = new TemporaryFolder();
        var acknowledged = new ConcurrentBag<string>();
        await using (var host = await InProcessHost.StartAsync(data.Path))
        {
            await FillAsync(host);
            var enough = new TaskCompletionSource();
            var load = Task.WhenAll(Enumerable.Range(0, 4).Select(sender => SendAsync(host, sender, acknowledged, enough.Task)));
            await UntilAsync(() => acknowledged.Count >= 3_000);
            host.Loud.Clear();
            if (!underLoad)
            {
                enough.SetResult();
                await load;
            }

            await host.StopAsync();
            await load.WaitAsync(s_patience);
            Assert.True(host.Loud.Lines.Count == 0, string.Join(Environment.NewLine, host.Loud.Lines));
        }

        var applied = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument, EngineMeters.EventsApplied))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref applied, count));
        listener.Start();
        await using var again = await InProcessHost.StartAsync(data.Path);
        var progress = await again.GetProgressAsync();
        Assert.All(progress, static p => Assert.Equal(p.Tail, p.Checkpoint));
        Assert.True(progress.Sum(static p => p.Tail) >= acknowledged.Count);
        Assert.Equal(0, Interlocked.Read(ref applied));
        await again.StopAsync();
    }

    [Fact]
    public async Task InputEnds_WhereTheEngineStopsWithIt_StopsInOrder()
    {
        using var data = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(data.Path, "--Engine:StopWithInput", "true");
        Assert.Equal(0, await host.EndInputAsync());
    }

    [Fact]
    public async Task Stop_WithCallsAndStreamsUnderWay_LetsThemEndAndRefusesOthers()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(data.Path, "--Engine:DrainTimeout", "00:03:00", "--Api:MaxTokenWait", "00:05:00");
        await FillAsync(host);
        var shopper = new Shopper { UserId = "anna", SessionId = "s" };
        var (events, token) = await OpenEventsAsync(host, shopper);
        var watches = await WatchAsync(host, shopper);
        using var waiting = WaitForMore(host, shopper, token, TimeSpan.FromMinutes(5));
        await UntilAsync(() => CallsUnderWay() == 1);
        host.Loud.Clear();

        var stopping = host.StopAsync();
        var health = new Health.HealthClient(host.Channel);
        await UntilAsync(() => health.Check(new HealthCheckRequest()).Status == HealthCheckResponse.Types.ServingStatus.NotServing);
        using var ready = await host.Http.GetAsync("/health/ready");
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await new IngestionService.IngestionServiceClient(host.Channel).IngestEventsAsync(
                new IngestEventsRequest { Events = { View("late", shopper, 0) } }));
        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        Assert.NotNull(refusal.Trailers.GetValueBytes("grpc-status-details-bin"));

        foreach (var stream in watches.Append(events))
        {
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => stream)).StatusCode);
        }

        // Nothing has cut the call off, and it alone holds the stop up: until its caller has had enough.
        Assert.False(waiting.ResponseAsync.IsCompleted);
        Assert.False(stopping.IsCompleted);
        waiting.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => waiting.ResponseAsync)).StatusCode);
        await stopping.WaitAsync(s_patience);
        Assert.True(host.Loud.Lines.Count == 0, string.Join(Environment.NewLine, host.Loud.Lines));
    }

    [Fact]
    public async Task Stop_WithACallThatDoesNotEnd_CutsItOffAndStillDrains()
    {
        using var data = new TemporaryFolder();
        var started = Stopwatch.GetTimestamp();
        await using (var host = await InProcessHost.StartAsync(
            data.Path, "--Engine:DrainTimeout", "00:00:30", "--Api:MaxTokenWait", "00:05:00"))
        {
            var shopper = new Shopper { UserId = "berta", SessionId = "s" };
            var reply = await new IngestionService.IngestionServiceClient(host.Channel).IngestEventsAsync(
                new IngestEventsRequest { Events = { View("v-1", shopper, 0) } });
            using var waiting = WaitForMore(host, shopper, reply.ConsistencyToken, TimeSpan.FromMinutes(5));
            await UntilAsync(() => CallsUnderWay() == 1);
            host.Loud.Clear();
            started = Stopwatch.GetTimestamp();
            await host.StopAsync();
            await Assert.ThrowsAsync<RpcException>(() => waiting.ResponseAsync);
            Assert.Contains(host.Loud.Lines, static line => line.Contains("their connections are cut", StringComparison.Ordinal));
        }

        // Far less than the call would have taken; a slow machine may take a while longer than it was given.
        Assert.True(Stopwatch.GetElapsedTime(started) < s_patience);
        await using var again = await InProcessHost.StartAsync(data.Path);
        Assert.All(await again.GetProgressAsync(), static p => Assert.Equal(p.Tail, p.Checkpoint));
        await again.StopAsync();
    }

    /// <summary>A stream of events with one message acknowledged.</summary>
    /// <returns>Its end, and the token of its event.</returns>
    private static async Task<(Task End, string Token)> OpenEventsAsync(InProcessHost host, Shopper shopper)
    {
        var call = new IngestionService.IngestionServiceClient(host.Channel).StreamEvents();
        await call.RequestStream.WriteAsync(new StreamEventsRequest { Sequence = 1, Events = { View("streamed", shopper, 0) } });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(1, call.ResponseStream.Current.AckSequence);
        var token = call.ResponseStream.Current.ConsistencyToken;
        return (ReadToEndAsync(call.ResponseStream), token);
    }

    /// <summary>One of each kind of watch, each with its first message read.</summary>
    private static async Task<Task[]> WatchAsync(InProcessHost host, Shopper shopper)
    {
        var profile = new ProfileService.ProfileServiceClient(host.Channel)
            .WatchProfile(new WatchProfileRequest { Shopper = shopper }).ResponseStream;
        var slates = new RecommendationService.RecommendationServiceClient(host.Channel)
            .WatchRecommendations(new WatchRecommendationsRequest { Request = new RecommendRequest { Shopper = shopper } }).ResponseStream;
        var sentiment = new CatalogService.CatalogServiceClient(host.Channel)
            .WatchProductSentiment(new WatchProductSentimentRequest { ProductIds = { "product-1", "product-2" } }).ResponseStream;
        Assert.True(await profile.MoveNext(CancellationToken.None));
        Assert.True(await slates.MoveNext(CancellationToken.None));
        Assert.True(await sentiment.MoveNext(CancellationToken.None));
        return [ReadToEndAsync(profile), ReadToEndAsync(slates), ReadToEndAsync(sentiment)];
    }

    private static async Task ReadToEndAsync<T>(IAsyncStreamReader<T> stream)
    {
        while (await stream.MoveNext(CancellationToken.None))
        {
        }
    }

    // As the engine itself counts them.
    private static long CallsUnderWay()
    {
        long calls = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Name == "personalization.api.under_way")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => calls += tags[0].Value is "call" ? value : 0);
        listener.Start();
        listener.RecordObservableInstruments();
        return calls;
    }

    /// <summary>A read that waits for an event which does not come.</summary>
    private static AsyncUnaryCall<GetProfileResponse> WaitForMore(InProcessHost host, Shopper shopper, string token, TimeSpan patience)
    {
        var at = token.Split(':');
        var beyond = $"{at[0]}:{long.Parse(at[1], System.Globalization.CultureInfo.InvariantCulture) + 1_000_000}";
        return new ProfileService.ProfileServiceClient(host.Channel).GetProfileAsync(
            new GetProfileRequest { Shopper = shopper, MinConsistencyToken = beyond }, deadline: DateTime.UtcNow + patience);
    }

    private static async Task FillAsync(InProcessHost host)
    {
        var catalog = new CatalogService.CatalogServiceClient(host.Channel);
        await catalog.UpsertProductsAsync(new UpsertProductsRequest
        {
            Products =
            {
                Enumerable.Range(0, Products).Select(static i => new Product
                {
                    ProductId = $"product-{i}", Title = $"Product {i}", Brand = $"brand-{i % 3}", CategoryPath = { "care", $"kind-{i % 4}" },
                    Price = new Money { CurrencyCode = "EUR", Units = 10 + i }, InStock = true,
                }),
            },
        });

        // The slates see it a moment later.
        var recommendations = new RecommendationService.RecommendationServiceClient(host.Channel);
        var request = new RecommendRequest { Shopper = new Shopper { UserId = "reader", SessionId = "s" } };
        await UntilAsync(() => recommendations.Recommend(request).Items.Count > 0);
    }

    // What a shop's front end does, until it is told that the engine stops or that it is enough.
    private static async Task SendAsync(InProcessHost host, int sender, ConcurrentBag<string> acknowledged, Task enough)
    {
        var ingestion = new IngestionService.IngestionServiceClient(host.Channel);
        var recommendations = new RecommendationService.RecommendationServiceClient(host.Channel);
        var rewards = new RewardService.RewardServiceClient(host.Channel);
        try
        {
            for (var batch = 0; !enough.IsCompleted; batch++)
            {
                var shopper = new Shopper { UserId = $"user-{((sender * 7) + batch) % Users}", SessionId = "s" };
                var reply = await ingestion.IngestEventsAsync(new IngestEventsRequest
                {
                    Events = { Enumerable.Range(0, 20).Select(i => View($"{sender}-{batch}-{i}", shopper, (batch + i) % Products)) },
                });
                foreach (var result in reply.Results.Where(static r => r.Status == EventStatus.Accepted))
                {
                    acknowledged.Add(result.EventId);
                }

                var slate = await recommendations.RecommendAsync(new RecommendRequest
                {
                    Shopper = shopper, PageSize = 3, MinConsistencyToken = reply.ConsistencyToken,
                });
                await rewards.ReportOutcomesAsync(new ReportOutcomesRequest
                {
                    Outcomes = { Click($"c-{sender}-{batch}", shopper, slate) },
                });
            }
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
        }
    }

    private static Event View(string id, Shopper shopper, int product) => new()
    {
        EventId = id,
        Shopper = shopper,
        ProductId = $"product-{product}",
        Touchpoint = Touchpoint.Product,
        Channel = Channel.Web,
        Behaviour = new Behaviour { Action = BehaviourAction.View, DwellMs = 1500 },
    };

    private static Outcome Click(string id, Shopper shopper, RecommendResponse slate) => new()
    {
        OutcomeId = id,
        Shopper = shopper,
        AttributionToken = slate.AttributionToken,
        ProductId = slate.Items[0].ProductId,
        Kind = OutcomeKind.Click,
    };

    private static async Task UntilAsync(Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!reached())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
