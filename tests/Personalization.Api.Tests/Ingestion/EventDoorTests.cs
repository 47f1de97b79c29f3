using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Api.Tests.Ingestion;

public sealed class EventDoorTests
{
    private readonly Door _door = new();

    [Fact]
    public async Task Take_GoodEvents_AcceptsThemInOrderAndNamesTheirPlaces()
    {
        var reply = await _door.TakeAsync(Events.View("e1"), Events.Text("e2"), Events.Purchase("e3"));

        Assert.All(reply.Results, static r => Assert.Equal(Wire.EventStatus.Accepted, r.Status));
        Assert.Equal([0, 1, 2], reply.Results.Select(static r => r.Index));
        Assert.Equal(["e1", "e2", "e3"], _door.Log.Events.Select(static e => e.EventId));
        Assert.Equal($"{Partitions.Of(UserKey.Known("ada"), _door.Log.PartitionCount)}:3", reply.ConsistencyToken);
        Assert.Equal(1, _door.Log.Appends);
    }

    [Fact]
    public async Task Take_EveryField_ReachesTheLog()
    {
        await _door.TakeAsync(Events.Purchase());

        var logged = Assert.Single(_door.Log.Events);
        Assert.Equal(UserKey.Known("ada"), logged.User);
        Assert.Equal("s1", logged.SessionId);
        Assert.Equal(Touchpoint.Product, logged.Touchpoint);
        Assert.Equal(Channel.Web, logged.Channel);
        Assert.Equal("p1", logged.ProductId);
        Assert.Equal(Events.Now.AddSeconds(-1), logged.OccurredAt);
        Assert.Equal(Events.Now, logged.ReceivedAt);
        Assert.Equal(ContextValue.Of("phone"), logged.Context["device"]);
        Assert.Equal(ContextValue.Of(12.5), logged.Context["cart_total"]);
        var payload = Assert.IsType<BehaviourPayload>(logged.Payload);
        Assert.Equal((BehaviourKind.Purchase, 2, 39.98m, 11.5m, "EUR"), (payload.Action, payload.Count, payload.Revenue, payload.Margin!.Value, payload.Currency));
    }

    [Fact]
    public async Task Take_OneBadEvent_LeavesItsBatchAlone()
    {
        var bad = Events.View("e2");
        bad.Behaviour.Depth = 1.5f;

        var reply = await _door.TakeAsync(Events.View("e1"), bad, Events.View("e3"));

        Assert.Equal(
            [Wire.EventStatus.Accepted, Wire.EventStatus.Rejected, Wire.EventStatus.Accepted], reply.Results.Select(static r => r.Status));
        Assert.Equal("INVALID_FIELD", reply.Results[1].Reason);
        var violation = Assert.Single(BadRequestOf(reply.Results[1]).FieldViolations);
        Assert.Equal("events[1].behaviour.depth", violation.Field);
        Assert.Equal("is 1.5; allowed: 0 to 1", violation.Description);
        var kept = Assert.Single(_door.Rejected.All);
        Assert.Equal(bad, Wire.Event.Parser.ParseFrom(kept.Body.Span));
    }

    [Fact]
    public async Task Take_SameEventAgain_IsDuplicateWithTheSamePlace()
    {
        var first = await _door.TakeAsync(Events.View());
        var again = await _door.TakeAsync(Events.View());

        Assert.Equal(Wire.EventStatus.Duplicate, again.Results[0].Status);
        Assert.Equal(first.ConsistencyToken, again.ConsistencyToken);
        Assert.Single(_door.Log.Events);
    }

    [Fact]
    public async Task Take_SameEventWithoutTimeLater_IsDuplicate()
    {
        var untimed = Events.View();
        untimed.OccurredAt = null;
        await _door.TakeAsync(untimed);
        _door.Time.Advance(TimeSpan.FromSeconds(7));

        var again = await _door.TakeAsync(untimed);

        Assert.Equal(Wire.EventStatus.Duplicate, again.Results[0].Status);
        Assert.Equal(Events.Now, _door.Log.Events.Single().OccurredAt);
    }

    [Fact]
    public async Task Take_SameIdOtherBody_IsRejectedAsReused()
    {
        await _door.TakeAsync(Events.View(product: "p1"));

        var reply = await _door.TakeAsync(Events.View(product: "p2"));

        Assert.Equal(Wire.EventStatus.Rejected, reply.Results[0].Status);
        Assert.Equal("EVENT_ID_REUSED", reply.Results[0].Reason);
        Assert.Equal((int)Grpc.Core.StatusCode.AlreadyExists, reply.Results[0].Error.Code);
        Assert.Equal("EVENT_ID_REUSED", Assert.Single(_door.Rejected.All).Reason);
        Assert.Single(_door.Log.Events);
    }

    [Fact]
    public async Task Take_SameIdInOneBatch_IsDuplicateOfTheFirst()
    {
        var reply = await _door.TakeAsync(Events.View(), Events.View());

        Assert.Equal([Wire.EventStatus.Accepted, Wire.EventStatus.Duplicate], reply.Results.Select(static r => r.Status));
    }

    [Theory]
    [InlineData(299, true)]
    [InlineData(301, false)]
    public async Task Take_FutureEvent_IsTakenUpToFiveMinutes(int secondsAhead, bool isTaken)
    {
        var ahead = Events.View();
        ahead.OccurredAt = Timestamp.FromDateTimeOffset(Events.Now.AddSeconds(secondsAhead));

        var reply = await _door.TakeAsync(ahead);

        Assert.Equal(isTaken ? Wire.EventStatus.Accepted : Wire.EventStatus.Rejected, reply.Results[0].Status);
        Assert.Equal(isTaken ? string.Empty : "EVENT_IN_FUTURE", reply.Results[0].Reason);
    }

    [Theory]
    [InlineData(399, "")]
    [InlineData(401, "EVENT_TOO_OLD")]
    [InlineData(20_000, "IMPLAUSIBLE_TIME")]
    public async Task Take_OldEvent_IsJudgedByItsAge(int daysAgo, string reason)
    {
        var old = Events.View();
        old.OccurredAt = Timestamp.FromDateTimeOffset(Events.Now.AddDays(-daysAgo));

        var reply = await _door.TakeAsync(old);

        Assert.Equal(reason, reply.Results[0].Reason);
        if (reason == "EVENT_TOO_OLD")
        {
            Assert.Equal("events[0].occurred_at", BadRequestOf(reply.Results[0]).FieldViolations.Single().Field);
        }
    }

    [Fact]
    public async Task Take_WithoutConsent_DropsThePayloadUnreadAndCountsIt()
    {
        _door.Directories.Consents[UserKey.Known("ada")] = ModalitySet.All & ~ModalitySet.Face;
        using var dropped = new Counted(EngineMeters.PayloadsWithoutConsent);

        var reply = await _door.TakeAsync(Events.Frames(), Events.View("e2"));

        Assert.Equal("NO_CONSENT", reply.Results[0].Reason);
        Assert.Equal(Wire.EventStatus.Accepted, reply.Results[1].Status);
        Assert.InRange(dropped.Sum, 1, long.MaxValue);
        var kept = Assert.Single(_door.Rejected.All);
        Assert.True(kept.Body.IsEmpty);
        Assert.Equal("u:ada", kept.User);
    }

    [Fact]
    public async Task Take_BadEventWithoutConsent_KeepsNoBodyEither()
    {
        _door.Directories.Consents[UserKey.Known("ada")] = ModalitySet.None;
        var bad = Events.Text();
        bad.ProductId = new string('p', 129);

        await _door.TakeAsync(bad);

        Assert.True(Assert.Single(_door.Rejected.All).Body.IsEmpty);
    }

    [Fact]
    public async Task Take_VisitorWhoIsKnown_GoesToTheKnownUser()
    {
        _door.Directories.Aliases[UserKey.Anonymous("cookie")] = UserKey.Known("ada");
        var view = Events.View();
        view.Shopper = new Wire.Shopper { AnonymousId = "cookie" };

        var reply = await _door.TakeAsync(view);

        Assert.Equal(UserKey.Known("ada"), _door.Log.Events.Single().User);
        Assert.StartsWith($"{Partitions.Of(UserKey.Known("ada"), _door.Log.PartitionCount)}:", reply.ConsistencyToken, StringComparison.Ordinal);
    }


    [Fact]
    public async Task Take_Sound_BecomesFeaturesAndIsNotKeptWhenTurnedAway()
    {
        var bad = Events.Sound("e2");
        bad.VoiceSegment.Pcm.SampleRateHz = 96_000;

        await _door.TakeAsync(Events.Sound("e1", seconds: 1.5), bad);

        var payload = Assert.IsType<VoicePayload>(_door.Log.Events.Single().Payload);
        Assert.Equal(1500, payload.DurationMs);
        Assert.Equal(24_000, payload.Features[0]);
        Assert.True(Assert.Single(_door.Rejected.All).Body.IsEmpty);
    }

    [Fact]
    public async Task Take_AcousticFeatures_KeepTheirOrder()
    {
        await _door.TakeAsync(Events.Acoustic());

        var payload = Assert.IsType<VoicePayload>(_door.Log.Events.Single().Payload);
        Assert.Equal(2000, payload.DurationMs);
        Assert.Equal<float>([210, 3, -22, 6, 0.8f, 0.6f, 1800, 4, 0.1f, 24], payload.Features);
    }

    [Fact]
    public async Task Take_Survey_UsesTheMetricsOwnScale()
    {
        await _door.TakeAsync(Events.Survey());

        var payload = Assert.IsType<SurveyAnswerPayload>(_door.Log.Events.Single().Payload);
        Assert.Equal((9.0, 0.0, 10.0, SurveyMetric.Nps), (payload.Score!.Value, payload.ScaleMin, payload.ScaleMax, payload.Metric));
    }

    [Fact]
    public async Task Take_SameTextTooOften_IsQuarantinedUntilTheMinuteIsOver()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Wire.EventStatus.Accepted, (await _door.TakeAsync(Events.Text($"e{i}"))).Results[0].Status);
        }

        var sixth = await _door.TakeAsync(Events.Text("e5"), Events.Text("e6", text: "Something else."), Events.Text("e7", user: "bob"));
        _door.Time.Advance(TimeSpan.FromMinutes(1));
        var later = await _door.TakeAsync(Events.Text("e8"));

        Assert.Equal(
            [Wire.EventStatus.Quarantined, Wire.EventStatus.Accepted, Wire.EventStatus.Accepted], sixth.Results.Select(static r => r.Status));
        Assert.Equal("REPEATED_TEXT", sixth.Results[0].Reason);
        Assert.False(Assert.Single(_door.Rejected.All).Body.IsEmpty);
        Assert.Equal(Wire.EventStatus.Accepted, later.Results[0].Status);
    }

    [Fact]
    public async Task Take_MoreThanAPersonCanCause_IsQuarantined()
    {
        var door = new Door(static o => o.MaxEventsPerUserPerMinute = 3);

        var reply = await door.TakeAsync([.. Enumerable.Range(0, 5).Select(i => Events.View($"e{i}")), Events.View("e9", user: "bob")]);

        Assert.Equal(2, reply.Results.Count(static r => r.Reason == "USER_RATE"));
        Assert.Equal(4, door.Log.Events.Count);
    }

    [Fact]
    public async Task Take_DryRun_ChecksAndTakesNothing()
    {
        var bad = Events.View("e2");
        bad.EventId = string.Empty;

        var reply = await _door.TakeAsync(new DoorRules { DryRun = true }, Events.View(), bad);

        Assert.Equal([Wire.EventStatus.Accepted, Wire.EventStatus.Rejected], reply.Results.Select(static r => r.Status));
        Assert.Empty(reply.ConsistencyToken);
        Assert.Empty(_door.Log.Events);
        Assert.Empty(_door.Rejected.All);
    }

    [Fact]
    public async Task Take_LogOverloaded_TakesNothingAndKeepsNoRejects()
    {
        _door.Log.Failure = new EventLogOverloadedException(TimeSpan.FromMilliseconds(40));
        var bad = Events.View("e2");
        bad.Behaviour.DwellMs = -1;

        await Assert.ThrowsAsync<EventLogOverloadedException>(() => _door.TakeAsync(Events.View(), bad));

        Assert.Empty(_door.Rejected.All);
    }

    [Fact]
    public async Task Take_TooFarBehind_TakesNothingUntilItHasCaughtUp()
    {
        var door = new Door(static options => options.MaxEventsBehind = 1000);
        var partition = Partitions.Of(UserKey.Known("ada"), door.Log.PartitionCount);
        await door.TakeAsync([.. Enumerable.Range(0, 1000).Select(static n => Events.View($"e{n}"))]);
        await door.TakeAsync(Events.View("nobody folds here, so nobody is behind"));

        door.Backlog.Report(partition, 0);
        var error = await Assert.ThrowsAsync<TooFarBehindException>(() => door.TakeAsync(Events.View("late")));
        Assert.Equal("1001 events are acknowledged and not folded in yet; allowed: 1000.", error.Message);
        Assert.DoesNotContain(door.Log.Events, static e => e.EventId == "late");

        door.Backlog.Report(partition, 1);
        await door.TakeAsync(Events.View("late"));
        Assert.Contains(door.Log.Events, static e => e.EventId == "late");
    }

    [Fact]
    public async Task Take_UserNotLatelySeen_IsLoadedOnceForTheBatch()
    {
        var gate = new TaskCompletionSource();
        _door.Directories.Slow[UserKey.Known("ada")] = gate.Task;
        _door.Directories.Slow[UserKey.Known("bob")] = gate.Task;

        var taking = _door.TakeAsync(Events.View("1"), Events.View("2", "bob"), Events.View("3"), Events.View("4", "eve"), Events.View("5", "bob"));
        Assert.False(taking.IsCompleted);
        gate.SetResult();
        var reply = await taking;

        Assert.Equal(2, _door.Directories.Loads);
        Assert.All(reply.Results, static r => Assert.Equal(Wire.EventStatus.Accepted, r.Status));
        Assert.Equal(["bob", "bob"], _door.Log.Events.Where(static e => e.User.Id == "bob").Select(static e => e.User.Id));
    }

    private static BadRequest BadRequestOf(Wire.EventResult result) =>
        result.Error.Details.Single(static d => d.Is(BadRequest.Descriptor)).Unpack<BadRequest>();
}
