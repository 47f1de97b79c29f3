using Grpc.Core;
using Personalization.Client;
using Personalization.LoadTest.Tests.Fakes;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Client;

public sealed class EventWriterTests
{
    private static Event View(int n) => new()
    {
        EventId = $"e{n}",
        Shopper = Who.User($"u{n % 7}"),
        ProductId = "p1",
        Behaviour = new Behaviour { Action = BehaviourAction.View },
    };

    [Fact]
    public async Task SendAsync_ManyEvents_AllAreAcknowledgedWithATokenWithinTheCredits()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Credits = 40;
        using var client = engine.Connect();
        await using var writer = client.OpenEventWriter(new EventWriterOptions { MaxBatch = 100 });
        var acks = await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => writer.SendAsync(View(n))));
        Assert.All(acks, ack => Assert.True(ack.IsDurable && ack.ConsistencyToken.Length > 0));
        Assert.Equal(1000, engine.Events.Count);
        Assert.Equal(0, engine.CreditsOverdrawn);
    }

    [Fact]
    public async Task SendAsync_StreamBreaksBeforeTheAcknowledgement_IsSentAgainAndCountsOnce()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.BreakStreamAfter = 2;
        using var client = engine.Connect();
        await using var writer = client.OpenEventWriter(new EventWriterOptions { MaxBatch = 10, ReconnectDelay = TimeSpan.FromMilliseconds(1) });
        var acks = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => writer.SendAsync(View(n))));
        Assert.All(acks, ack => Assert.True(ack.IsDurable));
        Assert.Contains(acks, ack => ack.Result.Status == EventStatus.Duplicate);
        Assert.Equal(100, engine.InOrder.Count);
    }

    [Fact]
    public async Task PostAsync_OneShoppersEvents_ArriveInOrder()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.BreakStreamAfter = 5;
        using var client = engine.Connect();
        await using (var writer = client.OpenEventWriter(new EventWriterOptions { MaxBatch = 7, ReconnectDelay = TimeSpan.FromMilliseconds(1) }))
        {
            for (var n = 0; n < 300; n++)
            {
                await writer.PostAsync(View(n));
            }

            await writer.FlushAsync();
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(n => $"e{n}"), engine.InOrder.Select(e => e.EventId));
    }

    [Fact]
    public async Task DisposeAsync_EventsWait_AllAreAnsweredFirst()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        var answered = 0;
        await using (var writer = client.OpenEventWriter(new EventWriterOptions { Answered = (_, _) => Interlocked.Increment(ref answered) }))
        {
            for (var n = 0; n < 500; n++)
            {
                await writer.PostAsync(View(n));
            }
        }

        Assert.Equal(500, answered);
    }

    [Fact]
    public async Task SendAsync_NobodyAnswers_FailsAndTellsWhy()
    {
        var clock = new HeldClock();
        using var client = PersonalizationClient.Connect("http://127.0.0.1:1", new PersonalizationClientOptions { TimeProvider = clock });
        var given = 0;
        await using var writer = client.OpenEventWriter(new EventWriterOptions
        {
            GiveUpAfter = TimeSpan.Zero,
            ReconnectDelay = TimeSpan.FromMilliseconds(1),
            Failed = (_, _) => Interlocked.Increment(ref given),
        });

        // The event is in the writer's hands before its time is up: otherwise it would be refused, not given up.
        var handedOver = writer.SendAsync(View(1));
        clock.Release();
        var failure = await Assert.ThrowsAsync<RpcException>(() => handedOver);
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(1, given);
        await Assert.ThrowsAsync<RpcException>(() => writer.SendAsync(View(2)));
        Assert.Equal(1, given);
    }

    [Fact]
    public async Task TrackAsync_ThenRecommend_AsksForItsOwnWrites()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var writer = client.OpenEventWriter();
        var visit = client.OpenSession(Who.User("ada", "visit-1"), writer);
        var ack = await visit.TrackAsync(Events.View("p1", TimeSpan.FromSeconds(9)));
        await visit.RecommendAsync(new RecommendRequest { PageSize = 3 });
        Assert.True(engine.Recommendations.TryDequeue(out var request));
        Assert.Equal(ack.ConsistencyToken, request.MinConsistencyToken);
        Assert.Equal("ada", request.Shopper.UserId);
    }

    /// <summary>Real timers, but no time passes between two readings until it is released; from then on a second does.</summary>
    private sealed class HeldClock : TimeProvider
    {
        private long _ticks;
        private volatile bool _released;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, _released ? TimeSpan.TicksPerSecond : 0);

        public void Release() => _released = true;
    }
}
