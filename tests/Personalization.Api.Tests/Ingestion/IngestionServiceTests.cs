using Grpc.Core;
using NSubstitute;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Tests.Ingestion;

public sealed class IngestionServiceTests
{
    [Fact]
    public async Task IngestEvents_OverTheWire_AnswersEachEvent()
    {
        await using var host = await ApiHost.StartAsync();
        var bad = Events.View("e2").Lately();
        bad.Shopper = null;

        var response = await host.Ingestion.IngestEventsAsync(
            new Wire.IngestEventsRequest { Events = { Events.View("e1").Lately(), bad } }, cancellationToken: TestContext.Token);

        Assert.Equal([Wire.EventStatus.Accepted, Wire.EventStatus.Rejected], response.Results.Select(static r => r.Status));
        Assert.Single(host.Parts.Log.Events);
        Assert.NotEmpty(response.ConsistencyToken);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task IngestEvents_WrongNumber_IsInvalidArgumentWithTheRange(int count)
    {
        await using var host = await ApiHost.StartAsync();
        var request = new Wire.IngestEventsRequest();
        request.Events.Add(Enumerable.Range(0, count).Select(static i => Events.View($"e{i}").Lately()));

        var (code, info, fields, _) = await ApiHost.RefusalAsync(() => host.Ingestion.IngestEventsAsync(request).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, code);
        Assert.Equal(("INVALID_FIELD", "personalization"), (info.Reason, info.Domain));
        Assert.Equal($"has {count:N0} elements; allowed: 1 to 1,000", fields!.FieldViolations.Single(static f => f.Field == "events").Description);
    }

    [Fact]
    public async Task IngestEvents_LogOverloaded_IsResourceExhaustedWithItsDelay()
    {
        await using var host = await ApiHost.StartAsync();
        host.Parts.Log.Failure = new EventLogOverloadedException(TimeSpan.FromMilliseconds(40));

        var (code, info, _, retry) = await ApiHost.RefusalAsync(() => host.Ingestion.IngestEventsAsync(
            new Wire.IngestEventsRequest { Events = { Events.View().Lately() } }).ResponseAsync);

        Assert.Equal((StatusCode.ResourceExhausted, "EVENT_LOG_OVERLOADED"), (code, info.Reason));
        Assert.Equal(TimeSpan.FromMilliseconds(40), retry!.RetryDelay.ToTimeSpan());
    }

    [Fact]
    public async Task IngestEvents_DefectInside_SaysNothingOfTheInside()
    {
        await using var host = await ApiHost.StartAsync();
        host.Parts.Log.Failure = new InvalidOperationException("the secret path /var/lib");

        var refusal = await Assert.ThrowsAsync<RpcException>(() => host.Ingestion.IngestEventsAsync(
            new Wire.IngestEventsRequest { Events = { Events.View().Lately() } }).ResponseAsync);

        Assert.Equal(StatusCode.Internal, refusal.StatusCode);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
        Assert.Contains("reference", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StreamEvents_SeveralBatches_GrantsCreditsAndAcknowledgesInOrder()
    {
        await using var host = await ApiHost.StartAsync(static o => o.StreamCredits = 2000);
        using var stream = host.Ingestion.StreamEvents(cancellationToken: TestContext.Token);
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Token));
        Assert.Equal((0, 2000), (stream.ResponseStream.Current.AckSequence, stream.ResponseStream.Current.Credits));

        for (var i = 1; i <= 5; i++)
        {
            await stream.RequestStream.WriteAsync(new Wire.StreamEventsRequest
            {
                Sequence = i * 10, Events = { Events.View($"{i}a").Lately(), Events.View($"{i}b").Lately() },
            });
        }

        await stream.RequestStream.CompleteAsync();
        var acks = await stream.ResponseStream.ReadAllAsync(TestContext.Token).ToListAsync();

        Assert.Equal([10, 20, 30, 40, 50], acks.Select(static a => a.AckSequence));
        Assert.All(acks, static a => Assert.Equal(2, a.Results.Count));
        Assert.Equal(["1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b"], host.Parts.Log.Events.Select(static e => e.EventId));
    }

    [Fact]
    public async Task StreamEvents_SlowLog_HasSeveralBatchesOnTheirWayAndAcknowledgesThemInOrder()
    {
        await using var host = await ApiHost.StartAsync(static o => o.StreamCredits = 1000);
        var gate = new TaskCompletionSource();
        host.Parts.Log.Gate = gate.Task;
        using var stream = host.Ingestion.StreamEvents(cancellationToken: TestContext.Token);
        await stream.ResponseStream.MoveNext(TestContext.Token);
        for (var i = 1; i <= 2; i++)
        {
            await stream.RequestStream.WriteAsync(Batch(i, 400), TestContext.Token);
        }

        while (host.Parts.Log.Appends < 2)
        {
            await Task.Yield();
        }

        gate.SetResult();
        await stream.ResponseStream.MoveNext(TestContext.Token);
        Assert.Equal(1, stream.ResponseStream.Current.AckSequence);
        await stream.ResponseStream.MoveNext(TestContext.Token);
        Assert.Equal(2, stream.ResponseStream.Current.AckSequence);
        Assert.Equal(800, host.Parts.Log.Events.Count);
    }

    [Fact]
    public async Task StreamEvents_MoreThanTheCredits_IsRefusedAndNotTaken()
    {
        await using var host = await ApiHost.StartAsync(static o => o.StreamCredits = 100);
        using var stream = host.Ingestion.StreamEvents(cancellationToken: TestContext.Token);
        await stream.ResponseStream.MoveNext(TestContext.Token);
        var credits = stream.ResponseStream.Current.Credits;

        // One message beyond the credits: whatever has been acknowledged meanwhile, it cannot fit.
        await stream.RequestStream.WriteAsync(Batch(1, credits + 1), TestContext.Token);
        var (code, info, _, retry) = await ApiHost.RefusalAsync(() => stream.ResponseStream.MoveNext(TestContext.Token));

        Assert.Equal((StatusCode.ResourceExhausted, "CREDITS_EXCEEDED"), (code, info.Reason));
        Assert.NotNull(retry);
        Assert.Empty(host.Parts.Log.Events);
    }

    private static Wire.StreamEventsRequest Batch(int sequence, int events)
    {
        var request = new Wire.StreamEventsRequest { Sequence = sequence };
        request.Events.Add(Enumerable.Range(0, events).Select(e => Events.View($"{sequence}-{e}").Lately()));
        return request;
    }

    [Fact]
    public async Task StreamEvents_SequenceNotGrowing_IsInvalidArgument()
    {
        await using var host = await ApiHost.StartAsync();
        using var stream = host.Ingestion.StreamEvents(cancellationToken: TestContext.Token);
        await stream.ResponseStream.MoveNext(TestContext.Token);
        await stream.RequestStream.WriteAsync(new Wire.StreamEventsRequest { Sequence = 7, Events = { Events.View("e1").Lately() } });
        await stream.RequestStream.WriteAsync(new Wire.StreamEventsRequest { Sequence = 7, Events = { Events.View("e2").Lately() } });

        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Token));
        var (code, _, fields, _) = await ApiHost.RefusalAsync(() => stream.ResponseStream.MoveNext(TestContext.Token));

        Assert.Equal(StatusCode.InvalidArgument, code);
        Assert.Equal("sequence", fields!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task StreamEvents_LogOverloaded_EndsWithResourceExhausted()
    {
        await using var host = await ApiHost.StartAsync();
        using var stream = host.Ingestion.StreamEvents(cancellationToken: TestContext.Token);
        await stream.ResponseStream.MoveNext(TestContext.Token);
        host.Parts.Log.Failure = new EventLogOverloadedException(TimeSpan.FromSeconds(1));
        await stream.RequestStream.WriteAsync(new Wire.StreamEventsRequest { Sequence = 1, Events = { Events.View("e1").Lately() } });

        var (code, info, _, _) = await ApiHost.RefusalAsync(() => stream.ResponseStream.MoveNext(TestContext.Token));

        Assert.Equal((StatusCode.ResourceExhausted, "EVENT_LOG_OVERLOADED"), (code, info.Reason));
    }

    [Fact]
    public async Task StreamArSession_Frames_AreLoggedInWindowsAndScored()
    {
        var scorer = Substitute.For<IScoringGrain>();
        var observation = new ObservationMessage(
            Modality.Face, 0.7f, 0.2f, 0.9f, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0], ObservationFlags.LowQuality | ObservationFlags.Mixed, [], "faces@1");
        scorer.Score(default!, default).ReturnsForAnyArgs([new ScoreMessage(ScoringStatus.Scored, observation, TimeSpan.Zero, TimeSpan.Zero)]);
        await using var host = await ApiHost.StartAsync(grains: g => g.GetGrain<IScoringGrain>(0).Returns(scorer));
        await GrantFaceAsync(host);

        var responses = await RunSessionAsync(host, frames: 40, everyMs: 33);

        Assert.Equal(["ar7:0", "ar7:528", "ar7:1056"], responses.Select(static r => r.Result.EventId));
        Assert.Equal([15 * 33, 31 * 33, 39 * 33], responses.Select(static r => r.UpToOffsetMs));
        Assert.All(responses, static r => Assert.Equal(Wire.EventStatus.Accepted, r.Result.Status));
        Assert.Equal(Wire.Modality.Face, responses[0].Sentiment.Modality);
        Assert.Equal(["LOW_QUALITY", "MIXED"], responses[0].Sentiment.Flags);
        Assert.Equal(1, responses[0].Sentiment.Emotions.Joy);
        var windows = host.Parts.Log.Events.Select(static e => e.Payload).OfType<ArFramesPayload>().ToList();
        Assert.Equal([16, 16, 8], windows.Select(static w => w.Frames.Length));
        Assert.All(windows, static w => Assert.Equal(0, w.Frames[0].OffsetMs));
    }

    [Fact]
    public async Task StreamArSession_ScorerTooSlow_AnswersWithoutAFeelingAndSaysSo()
    {
        var scorer = Substitute.For<IScoringGrain>();
        scorer.Score(default!, default).ReturnsForAnyArgs(new TaskCompletionSource<ScoreMessage[]>().Task);
        await using var host = await ApiHost.StartAsync(
            static o => o.ArScoringDeadline = TimeSpan.FromMilliseconds(20), g => g.GetGrain<IScoringGrain>(0).Returns(scorer));
        await GrantFaceAsync(host);

        var response = Assert.Single(await RunSessionAsync(host, frames: 5, everyMs: 33));

        Assert.Null(response.Sentiment);
        Assert.Equal("SCORING_TOO_SLOW", Assert.Single(response.Degraded).Reason);
        Assert.Equal(Wire.EventStatus.Accepted, response.Result.Status);
    }

    [Fact]
    public async Task StreamArSession_WithoutConsent_ScoresNothing()
    {
        var scorer = Substitute.For<IScoringGrain>();
        await using var host = await ApiHost.StartAsync(grains: g => g.GetGrain<IScoringGrain>(0).Returns(scorer));

        var response = Assert.Single(await RunSessionAsync(host, frames: 5, everyMs: 33));

        Assert.Equal("NO_CONSENT", response.Result.Reason);
        Assert.Empty(scorer.ReceivedCalls());
        Assert.Empty(host.Parts.Log.Events);
    }

    [Fact]
    public async Task ListAndReplayRejected_MendedAndReleased_LeaveTheList()
    {
        await using var host = await ApiHost.StartAsync();
        var invalid = Events.View("e1").Lately();
        invalid.Behaviour.Depth = 7;
        var odd = Events.View("e2").Lately();
        odd.Behaviour.DwellMs = 80_000_000;
        await host.Ingestion.IngestEventsAsync(new Wire.IngestEventsRequest { Events = { invalid, odd } });

        var page = await host.Ingestion.ListRejectedAsync(new Wire.ListRejectedRequest { PageSize = 1 });
        var rest = await host.Ingestion.ListRejectedAsync(new Wire.ListRejectedRequest { PageSize = 1, PageToken = page.NextPageToken });
        Assert.Equal(("e2", "IMPLAUSIBLE_DWELL"), (page.Events.Single().Event.EventId, page.Events[0].Reason));
        Assert.Equal(("e1", "INVALID_FIELD", string.Empty), (rest.Events.Single().Event.EventId, rest.Events[0].Reason, rest.NextPageToken));

        var mended = invalid.Clone();
        mended.Behaviour.Depth = 0.7f;
        var replay = await host.Ingestion.ReplayRejectedAsync(new Wire.ReplayRejectedRequest
        {
            Items =
            {
                new Wire.ReplayItem { RejectedId = "999" },
                new Wire.ReplayItem { RejectedId = rest.Events[0].RejectedId },
                new Wire.ReplayItem { RejectedId = page.Events[0].RejectedId },
                new Wire.ReplayItem { RejectedId = rest.Events[0].RejectedId, Event = mended },
            },
        });

        Assert.Equal(["NOT_FOUND", "INVALID_FIELD", "", ""], replay.Results.Select(static r => r.Reason));
        Assert.Equal([0, 1, 2, 3], replay.Results.Select(static r => r.Index));
        Assert.Contains("items[1].event.behaviour.depth", replay.Results[1].Error.Message, StringComparison.Ordinal);
        Assert.Equal(2, host.Parts.Log.Events.Count);
        Assert.Empty(host.Parts.Rejected.All);
    }

    [Fact]
    public async Task ReplayRejected_EventThatCouldNotBeFoldedIn_IsAppendedAgainAsItWas()
    {
        await using var host = await ApiHost.StartAsync();
        var failed = Failed("ada", "e1");
        await host.Parts.Rejected.AddAsync([failed, Failed("bob", "e2"), failed with { Body = default }], TestContext.Token);
        await host.Profiles.SetConsentAsync(new Wire.SetConsentRequest
        {
            Shopper = new Wire.Shopper { UserId = "bob" },
            Changes = { new Wire.ConsentState { Modality = Wire.Modality.Text, Granted = false } },
        });
        var before = host.Parts.Log.Events.Count;
        var listed = (await host.Ingestion.ListRejectedAsync(new Wire.ListRejectedRequest { Reason = "FOLD_FAILED" })).Events;
        Assert.All(listed, static e => Assert.Null(e.Event));

        var replay = await host.Ingestion.ReplayRejectedAsync(new Wire.ReplayRejectedRequest
        {
            Items = { Enumerable.Reverse(listed).Select(static e => new Wire.ReplayItem { RejectedId = e.RejectedId }) },
        });

        Assert.Equal(["", "NO_CONSENT", "BODY_NOT_KEPT"], replay.Results.Select(static r => r.Reason));
        Assert.Equal([0, 1, 2], replay.Results.Select(static r => r.Index));
        Assert.Equal((Wire.EventStatus.Accepted, "e1"), (replay.Results[0].Status, replay.Results[0].EventId));
        var again = host.Parts.Log.Events.Where(static e => e.EventId == "e1").ToArray();
        Assert.Equal(failed.Body.ToArray(), EventCodec.Encode(Assert.Single(again)));
        Assert.Equal(before + 1, host.Parts.Log.Events.Count);
        Assert.Contains(":", replay.ConsistencyToken, StringComparison.Ordinal);
        Assert.Equal(["e2", "e1"], host.Parts.Rejected.All.Select(static e => e.EventId));
    }

    private static RejectedEvent Failed(string user, string id) => new(
        id, $"u:{user}", IngestStatus.Quarantined, RejectedEvent.FoldFailed, "FormatException: no", Events.Now, EventCodec.Encode(new ShopperEvent
        {
            EventId = id, User = UserKey.Known(user), OccurredAt = Events.Now, ReceivedAt = Events.Now, ProductId = "p1",
            Payload = new TextFeedbackPayload("", "as it was", "en"),
        }));

    [Fact]
    public async Task ListRejected_TokenOfAnotherFilter_IsInvalidArgument()
    {
        await using var host = await ApiHost.StartAsync();
        var token = Api.Validation.PageToken.Encode("something else", "3");

        var (code, _, fields, _) = await ApiHost.RefusalAsync(
            () => host.Ingestion.ListRejectedAsync(new Wire.ListRejectedRequest { PageToken = token }).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, code);
        Assert.Equal("page_token", fields!.FieldViolations.Single().Field);
    }

    private static async Task GrantFaceAsync(ApiHost host) => await host.Profiles.SetConsentAsync(new Wire.SetConsentRequest
    {
        Shopper = new Wire.Shopper { UserId = "ada" },
        Changes = { new Wire.ConsentState { Modality = Wire.Modality.Face, Granted = true } },
    });

    private static async Task<List<Wire.StreamArSessionResponse>> RunSessionAsync(ApiHost host, int frames, int everyMs)
    {
        using var session = host.Ingestion.StreamArSession(cancellationToken: TestContext.Token);
        await session.RequestStream.WriteAsync(new Wire.StreamArSessionRequest
        {
            Start = new Wire.ArSessionStart { Shopper = new Wire.Shopper { UserId = "ada" }, ProductId = "p1", ArSessionId = "ar7" },
        });
        var message = new Wire.ArSessionFrames();
        message.Frames.Add(Enumerable.Range(0, frames).Select(i => Events.Frame(i * everyMs)));
        await session.RequestStream.WriteAsync(new Wire.StreamArSessionRequest { Frames = message });
        await session.RequestStream.CompleteAsync();
        return await session.ResponseStream.ReadAllAsync(TestContext.Token).ToListAsync();
    }
}
