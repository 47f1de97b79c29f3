using Grpc.Core;
using NSubstitute;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Tests.Scoring;

public sealed class SentimentServiceTests
{
    [Fact]
    public async Task Score_Words_ReachTheScorerAndComeBackWhole()
    {
        ScoreCommand[]? commands = null;
        var scorer = Scorer(c => commands = c, Scored(-0.4f, ObservationFlags.Sarcasm));
        await using var host = await StartAsync(scorer);

        var said = (await Client(host).ScoreAsync(Request("What a great scent.", Wire.ScoringPriority.Checkout, "shop-7"))).Sentiment;

        var source = EventCodec.Decode(commands!.Single().Event.Span);
        Assert.Equal((ScoringLane.Checkout, "u:shop-7"), (commands![0].Lane, source.User.Value));
        Assert.Equal("What a great scent.", Assert.IsType<TextFeedbackPayload>(source.Payload).Text);
        Assert.Equal((-0.4f, Wire.Polarity.Negative, 0.4f, "SARCASM"), (said.Sentiment.Valence, said.Polarity, said.Intensity, said.Sentiment.Flags.Single()));
        Assert.Equal(("scent", -0.5f), (said.Aspects.Single().Aspect, said.Aspects.Single().Valence));
        Assert.Equal((1.0, 2.0), (said.QueueTime.ToTimeSpan().TotalMilliseconds, said.ComputeTime.ToTimeSpan().TotalMilliseconds));
    }

    [Theory]
    [InlineData(0.5f, ObservationFlags.None, Wire.Polarity.Positive)]
    [InlineData(0.1f, ObservationFlags.None, Wire.Polarity.Neutral)]
    [InlineData(-0.5f, ObservationFlags.None, Wire.Polarity.Negative)]
    [InlineData(0.5f, ObservationFlags.Mixed, Wire.Polarity.Mixed)]
    public async Task Score_Valence_NamesThePolarity(float valence, ObservationFlags flags, Wire.Polarity polarity)
    {
        await using var host = await StartAsync(Scorer(null, Scored(valence, flags)));

        Assert.Equal(polarity, (await Client(host).ScoreAsync(Request("So."))).Sentiment.Polarity);
    }

    [Fact]
    public async Task Score_PayloadThatSaysNothing_IsAnsweredWithoutASentiment()
    {
        await using var host = await StartAsync(Scorer(null, Without(ScoringStatus.NothingToScore)));
        var view = new Wire.ScoreRequest { Payload = new Wire.Scorable { Behaviour = new Wire.Behaviour { Action = Wire.BehaviourAction.View } } };

        var said = (await Client(host).ScoreAsync(view)).Sentiment;

        Assert.Null(said.Sentiment);
        Assert.Equal(Wire.Polarity.Unspecified, said.Polarity);
    }

    [Fact]
    public async Task Score_WithExplain_BringsAttributions()
    {
        var scorer = Substitute.For<IScoringGrain>();
        scorer.Explain(default, default).ReturnsForAnyArgs(
            new ExplanationMessage(Scored(0.5f, ObservationFlags.None), [new AttributionMessage("great", 7, 5, 0.6f)]));
        await using var host = await StartAsync(scorer);
        var request = Request("What a great scent.");
        request.Explain = true;

        var part = Assert.Single((await Client(host).ScoreAsync(request)).Sentiment.Attributions);

        Assert.Equal(("great", 7, 5, 0.6f), (part.Text, part.Start, part.Length, part.Weight));
    }

    public static TheoryData<ScoringStatus, StatusCode, string> Problems => new()
    {
        { ScoringStatus.NoScorer, StatusCode.Unavailable, "SCORING_UNAVAILABLE" },
        { ScoringStatus.Overloaded, StatusCode.ResourceExhausted, "SCORING_OVERLOADED" },
        { ScoringStatus.Expired, StatusCode.DeadlineExceeded, "SCORING_TOO_SLOW" },
        { ScoringStatus.Failed, StatusCode.Internal, "SCORING_FAILED" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Score_NotRead_SaysWhy(ScoringStatus status, StatusCode code, string reason)
    {
        await using var host = await StartAsync(Scorer(null, Without(status)));

        var refusal = await ApiHost.RefusalAsync(async () => await Client(host).ScoreAsync(Request("So.")));

        Assert.Equal((code, reason), (refusal.Code, refusal.Info.Reason));
        Assert.Equal(status == ScoringStatus.Overloaded, refusal.Retry is not null);
    }

    [Theory]
    [InlineData(ScoringRefusal.QueueFull, "queue")]
    [InlineData(ScoringRefusal.OwnerFull, "owner")]
    [InlineData(ScoringRefusal.LaneFull, "lane")]
    [InlineData(ScoringRefusal.Closing, "closing")]
    public async Task Score_Refused_SaysByWhichBound(ScoringRefusal refusal, string bound)
    {
        await using var host = await StartAsync(Scorer(null, Without(ScoringStatus.Overloaded) with { Refusal = refusal }));

        var problem = await Assert.ThrowsAsync<RpcException>(async () => await Client(host).ScoreAsync(Request("So.")));

        Assert.Equal(StatusCode.ResourceExhausted, problem.StatusCode);
        Assert.Contains($"(bound: {bound})", problem.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_FineEmotions_AreAskedForAndNamed()
    {
        ScoreCommand[]? commands = null;
        var fine = Enumerable.Range(0, FineEmotions.Count).Select(static i => i / 100f).ToArray();
        await using var host = await StartAsync(Scorer(c => commands = c, Scored(0.5f, ObservationFlags.None) with { FineEmotions = fine }));

        var said = (await Client(host).ScoreAsync(Request("So."))).Sentiment.FineEmotions;

        Assert.True(Assert.Single(commands!).IsFine);
        Assert.Equal(FineEmotions.Names, said.Select(static e => e.Emotion));
        Assert.Equal(fine, said.Select(static e => e.Probability));
    }

    public static TheoryData<string, Action<Wire.ScoreRequest>> Spoiled => new()
    {
        { "payload.payload", static r => r.Payload = null },
        { "payload.text_feedback.text", static r => r.Payload.TextFeedback.Text = "" },
        { "owner", static r => r.Owner = new string('x', 129) },
        { "priority", static r => r.Priority = (Wire.ScoringPriority)9 },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task Score_FieldOutOfRange_IsInvalidArgumentThatNamesIt(string field, Action<Wire.ScoreRequest> spoil)
    {
        await using var host = await StartAsync(Scorer(null));
        var request = Request("So.");
        spoil(request);

        var refusal = await ApiHost.RefusalAsync(async () => await Client(host).ScoreAsync(request));

        Assert.Equal((StatusCode.InvalidArgument, field), (refusal.Code, refusal.Fields!.FieldViolations.Single().Field));
    }

    [Fact]
    public async Task BatchScore_BadAndUnreadOnes_FailNoOther()
    {
        await using var host = await StartAsync(Scorer(null, Scored(0.5f, ObservationFlags.None), Without(ScoringStatus.Failed), Scored(-0.5f, ObservationFlags.None)));
        var request = new Wire.BatchScoreRequest { Payloads = { Words("one"), Words(""), Words("three"), Words("four") } };

        var results = (await Client(host).BatchScoreAsync(request)).Results;

        Assert.Equal([0, 1, 2, 3], results.Select(static r => r.Index));
        Assert.Equal([0.5f, -0.5f], new[] { results[0], results[3] }.Select(static r => r.Sentiment.Sentiment.Valence));
        Assert.Equal([(int)StatusCode.InvalidArgument, (int)StatusCode.Internal], new[] { results[1], results[2] }.Select(static r => r.Error.Code));
        Assert.Contains("payloads[1].text_feedback.text", results[1].Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BatchScore_Fused_SaysWhatAllComeToTogether()
    {
        await using var host = await StartAsync(Scorer(null, Scored(0.9f, ObservationFlags.None), Without(ScoringStatus.NothingToScore), Scored(-0.9f, ObservationFlags.None)));
        var request = new Wire.BatchScoreRequest { Payloads = { Words("one"), Words("two"), Words("three") }, Fuse = true };

        var fused = (await Client(host).BatchScoreAsync(request)).Fused;

        Assert.Equal(0, fused.Sentiment.Valence, 1e-5f);
        Assert.Contains("CONTRADICTORY", fused.Sentiment.Flags);
        Assert.Equal(2, fused.Aspects.Count);
    }

    [Fact]
    public async Task BatchScore_FusedWithReliabilities_LeansToWhatCanBeTrusted()
    {
        await using var host = await StartAsync(Scorer(null, Scored(0.9f, ObservationFlags.None), Scored(-0.3f, ObservationFlags.None)));
        var request = new Wire.BatchScoreRequest { Payloads = { Words("one"), Words(""), Words("three") }, Fuse = true, Reliabilities = { 0.1, 0.5, 1 } };

        var fused = (await Client(host).BatchScoreAsync(request)).Fused;

        // Precisions in proportion to the reliabilities of the two that were read: (0.1 · 0.9 − 1 · 0.3) / 1.1.
        Assert.Equal(-0.191f, fused.Sentiment.Valence, 1e-3f);
    }

    [Theory]
    [InlineData("reliabilities", 0.5, 0.5, 1)]
    [InlineData("reliabilities[1]", 0.5, 0, 2)]
    [InlineData("reliabilities[0]", 1.5, 1, 2)]
    [InlineData("reliabilities[1]", 0.5, double.NaN, 2)]
    public async Task BatchScore_ReliabilitiesOutOfRange_AreNamed(string field, double first, double second, int count)
    {
        await using var host = await StartAsync(Scorer(null));
        var request = new Wire.BatchScoreRequest { Payloads = { Words("one"), Words("two") }, Fuse = true };
        request.Reliabilities.Add(new[] { first, second }.Take(count));

        var refusal = await ApiHost.RefusalAsync(async () => await Client(host).BatchScoreAsync(request));

        Assert.Equal((StatusCode.InvalidArgument, field), (refusal.Code, refusal.Fields!.FieldViolations.Single().Field));
    }

    [Fact]
    public async Task BatchScore_WithExplain_BringsAttributionsOfEach()
    {
        var scorer = Substitute.For<IScoringGrain>();
        scorer.Explain(default, default).ReturnsForAnyArgs(call => new ExplanationMessage(
            Scored(0.5f, ObservationFlags.None),
            [new AttributionMessage(((TextFeedbackPayload)EventCodec.Decode(call.Arg<ScoreCommand>().Event.Span).Payload).Text, 0, 3, 0.6f, PartField.Title, 0.2f)]));
        await using var host = await StartAsync(scorer);

        var results = (await Client(host).BatchScoreAsync(new Wire.BatchScoreRequest { Payloads = { Words("one"), Words("two") }, Explain = true })).Results;

        Assert.Equal(
            [("one", "title", 0.2f), ("two", "title", 0.2f)],
            results.Select(static r => r.Sentiment.Attributions.Single()).Select(static a => (a.Text, a.Field, a.ArousalWeight)));
    }

    [Fact]
    public async Task BatchScore_TooManyToExplain_IsRefusedWithTheRange()
    {
        await using var host = await StartAsync(Scorer(null));
        var request = new Wire.BatchScoreRequest { Explain = true };
        request.Payloads.Add(Enumerable.Repeat(Words("so"), 17));

        var refusal = await ApiHost.RefusalAsync(async () => await Client(host).BatchScoreAsync(request));

        Assert.Contains("16", refusal.Fields!.FieldViolations.Single().Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_DarkOrHiddenFace_SaysWhichByFlag()
    {
        const ObservationFlags Flags = ObservationFlags.LowQuality | ObservationFlags.LowLight | ObservationFlags.Occluded;
        await using var host = await StartAsync(Scorer(null, Scored(0.5f, Flags)));

        Assert.Equal(["LOW_QUALITY", "LOW_LIGHT", "OCCLUDED"], (await Client(host).ScoreAsync(Request("So."))).Sentiment.Sentiment.Flags);
    }

    [Fact]
    public async Task BatchScore_FusedButNothingSaid_HasNone()
    {
        await using var host = await StartAsync(Scorer(null, Without(ScoringStatus.NothingToScore)));

        Assert.Null((await Client(host).BatchScoreAsync(new Wire.BatchScoreRequest { Payloads = { Words("one") }, Fuse = true })).Fused);
    }

    [Fact]
    public async Task Score_PictureThatNobodyLooksAt_IsSaid()
    {
        var scorer = Scorer(null, Scored(0.5f, ObservationFlags.None));
        scorer.ReadFaces(default!, default, default).ReturnsForAnyArgs(new FaceReadingMessage?[1]);
        await using var host = await StartAsync(scorer);
        var frame = new Wire.BlendshapeFrame { FaceCrop = Google.Protobuf.ByteString.CopyFrom(new byte[48 * 48]) };
        frame.Coefficients.Add(new float[52]);
        var request = new Wire.ScoreRequest { Payload = new Wire.Scorable { ArFrames = new Wire.ArFrames { Frames = { frame } } } };

        Assert.Equal(["FACE_CROP_NOT_SCORED"], (await Client(host).ScoreAsync(request)).Sentiment.Warnings);
    }

    [Fact]
    public async Task BatchScore_TooMany_IsRefusedWithTheRange()
    {
        await using var host = await StartAsync(Scorer(null));
        var request = new Wire.BatchScoreRequest();
        request.Payloads.Add(Enumerable.Repeat(Words("so"), 257));

        var refusal = await ApiHost.RefusalAsync(async () => await Client(host).BatchScoreAsync(request));

        Assert.Contains("256", refusal.Fields!.FieldViolations.Single().Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StreamScore_AnswersComeAsTheyAreReady_EachWithItsSequence()
    {
        var slow = new TaskCompletionSource<ScoreMessage[]>();
        var scorer = Substitute.For<IScoringGrain>();
        scorer.Score(default!, default).ReturnsForAnyArgs(_ => slow.Task, _ => Task.FromResult<ScoreMessage[]>([Scored(0.5f, ObservationFlags.None)]));
        await using var host = await StartAsync(scorer);
        using var stream = Client(host).StreamScore(cancellationToken: TestContext.Token);

        await stream.RequestStream.WriteAsync(new Wire.StreamScoreRequest { Sequence = 1, Request = Request("slow") });
        await stream.RequestStream.WriteAsync(new Wire.StreamScoreRequest { Sequence = 2, Request = Request("") });
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Token));
        var bad = stream.ResponseStream.Current;
        await stream.RequestStream.WriteAsync(new Wire.StreamScoreRequest { Sequence = 3, Request = Request("fast") });
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Token));
        var fast = stream.ResponseStream.Current;
        slow.SetResult([Scored(-0.5f, ObservationFlags.None)]);
        await stream.RequestStream.CompleteAsync();
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Token));
        var last = stream.ResponseStream.Current;

        Assert.Equal((2L, (int)StatusCode.InvalidArgument), (bad.Sequence, bad.Error.Code));
        Assert.Equal((3L, 0.5f), (fast.Sequence, fast.Sentiment.Sentiment.Valence));
        Assert.Equal((1L, -0.5f), (last.Sequence, last.Sentiment.Sentiment.Valence));
        Assert.False(await stream.ResponseStream.MoveNext(TestContext.Token));
    }

    [Fact]
    public async Task StreamScore_SequenceNotGrowing_EndsTheStream()
    {
        await using var host = await StartAsync(Scorer(null, Scored(0.5f, ObservationFlags.None)));
        using var stream = Client(host).StreamScore(cancellationToken: TestContext.Token);

        await stream.RequestStream.WriteAsync(new Wire.StreamScoreRequest { Sequence = 7, Request = Request("one") });
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Token));
        await stream.RequestStream.WriteAsync(new Wire.StreamScoreRequest { Sequence = 7, Request = Request("two") });
        var refusal = await ApiHost.RefusalAsync(() => stream.ResponseStream.MoveNext(TestContext.Token));

        Assert.Equal("sequence", refusal.Fields!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task Models_AreListedAndTheirStatisticsTold()
    {
        var scorer = Substitute.For<IScoringGrain>();
        scorer.Report().Returns([new ModelReportMessage(
            "text", "text@1+ab", "cpu", new ModelCounts(1, 20, 3, 4, 5, 6), TimeSpan.FromMilliseconds(7), TimeSpan.FromMilliseconds(8),
            [0, 2, 4], new Dictionary<string, long> { ["FULL"] = 6 },
            new ModelStanding(ModelState.Live, 1, IsPrevious: false, DateTimeOffset.UnixEpoch, Agreement: null))]);
        await using var host = await StartAsync(scorer);

        var listed = Assert.Single((await Client(host).ListModelsAsync(new Wire.ListModelsRequest())).Models);
        var told = await Client(host).GetModelStatisticsAsync(new Wire.GetModelStatisticsRequest { Name = listed.Name });
        var unknown = await ApiHost.RefusalAsync(async () => await Client(host).GetModelStatisticsAsync(new Wire.GetModelStatisticsRequest { Name = "nose" }));

        Assert.Equal(("text@1+ab", "cpu"), (listed.Version, listed.Device));
        Assert.Equal((1, 20L, 3L, 4L, 5L, 6L), (told.Waiting, told.Scored, told.Expired, told.Overloaded, told.Failed, told.Batches));
        Assert.Equal([0, 2, 4], told.BatchSizes);
        Assert.Equal(6, told.Exits["FULL"]);
        Assert.Equal(StatusCode.NotFound, unknown.Code);
    }

    [Fact]
    public async Task Models_InSeveralVersions_TheLiveOneIsToldUnlessAnotherIsAskedFor()
    {
        var scorer = Substitute.For<IScoringGrain>();
        scorer.Report().Returns([Version("text@1+ab", ModelState.Live, 0.9, 10), Version("text@2+cd", ModelState.Canary, 0.1, 20)]);
        await using var host = await StartAsync(scorer);
        var client = Client(host);

        var listed = (await client.ListModelsAsync(new Wire.ListModelsRequest())).Models;
        var live = await client.GetModelStatisticsAsync(new Wire.GetModelStatisticsRequest { Name = "text" });
        var canary = await client.GetModelStatisticsAsync(new Wire.GetModelStatisticsRequest { Name = "text", Version = "text@2+cd" });
        var unknown = await ApiHost.RefusalAsync(
            async () => await client.GetModelStatisticsAsync(new Wire.GetModelStatisticsRequest { Name = "text", Version = "text@3+ef" }));

        Assert.Equal([(Wire.ModelState.Live, 0.9), (Wire.ModelState.Canary, 0.1)], listed.Select(static m => (m.State, m.TrafficShare)));
        Assert.Equal((10, 20), (live.Scored, canary.Scored));
        Assert.Equal((8L, 0.5), (canary.Agreement.Compared, canary.Agreement.DisagreementRate));
        Assert.Equal(StatusCode.NotFound, unknown.Code);

        static ModelReportMessage Version(string version, ModelState state, double share, int scored) => new(
            "text", version, "cpu", new ModelCounts(0, scored, 0, 0, 0, 0), TimeSpan.Zero, TimeSpan.Zero, [], [],
            new ModelStanding(state, share, IsPrevious: false, DateTimeOffset.UnixEpoch, new ModelAgreementMessage(8, 0, 0, 4, 0, 0)));
    }

    private static Wire.SentimentService.SentimentServiceClient Client(ApiHost host) => new(host.Channel);

    private static Task<ApiHost> StartAsync(IScoringGrain scorer) =>
        ApiHost.StartAsync(grains: g => g.GetGrain<IScoringGrain>(0).Returns(scorer));

    private static IScoringGrain Scorer(Action<ScoreCommand[]>? heard, params ScoreMessage[] answers)
    {
        var scorer = Substitute.For<IScoringGrain>();
        scorer.Score(Arg.Do<ScoreCommand[]>(commands => heard?.Invoke(commands)), default).ReturnsForAnyArgs(answers);
        return scorer;
    }

    private static Wire.ScoreRequest Request(string text, Wire.ScoringPriority priority = default, string owner = "") =>
        new() { Payload = Words(text), Priority = priority, Owner = owner };

    private static Wire.Scorable Words(string text) => new() { TextFeedback = new Wire.TextFeedback { Text = text } };

    private static ScoreMessage Scored(float valence, ObservationFlags flags) => new(
        ScoringStatus.Scored,
        new ObservationMessage(Modality.Text, valence, 0.1f, 0.8f, [], flags, [new AspectMessage("scent", -0.5f, 0.6f)], "text@1"),
        TimeSpan.FromMilliseconds(1),
        TimeSpan.FromMilliseconds(2));

    private static ScoreMessage Without(ScoringStatus status) => new(status, null, TimeSpan.Zero, TimeSpan.Zero);
}
