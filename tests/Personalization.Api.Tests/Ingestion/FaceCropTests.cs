using Grpc.Core;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Personalization.Api.Tests.Fakes;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Tests.Ingestion;

/// <summary>Pictures of faces at both doors: looked at once all else is in order, and gone after.</summary>
public sealed class FaceCropTests
{
    private const byte Grey = 204;
    private readonly Door _door = new();

    [Fact]
    public async Task Take_Picture_PutsWhatWasSeenOnItsFrame()
    {
        var reply = await _door.TakeAsync(Events.Frames(cropSide: 64, grey: Grey));

        Assert.Empty(reply.Results[0].Warnings);
        var frames = FramesOf(_door.Log.Events.Single());
        Assert.Equal(3, frames.Length);
        Assert.Equal(0.8f, frames[0].Coefficients[(int)Blendshape.MouthSmileLeft]);
        Assert.All(frames, static f => Assert.Equal(new FaceReading(EmotionDistribution.Only(Emotion.Joy), Grey / 255f, "face@test"), f.Face));
    }

    [Fact]
    public async Task Take_Picture_IsNotInTheLog()
    {
        await _door.TakeAsync(Events.Frames(cropSide: 112, grey: Grey));

        var records = await _door.Log.ReadAsync(Partitions.Of(UserKey.Known("ada"), _door.Log.PartitionCount), 0, 10, CancellationToken.None);
        Assert.DoesNotContain(Convert.ToHexString([Grey, Grey, Grey, Grey]), Convert.ToHexString(Assert.Single(records).Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_PictureNotLookedAt_IsAcceptedAndSaidSo()
    {
        var reply = await _door.TakeAsync(Events.Frames(cropSide: 64, grey: 0));

        Assert.Equal(Wire.EventStatus.Accepted, reply.Results[0].Status);
        Assert.Equal(["FACE_CROP_NOT_SCORED"], reply.Results[0].Warnings);
        Assert.All(FramesOf(_door.Log.Events.Single()), static f => Assert.Null(f.Face));
    }

    [Fact]
    public async Task Take_OneOfManyPicturesNotLookedAt_IsSaidSoToo()
    {
        var mixed = Events.Frames(cropSide: 64, grey: Grey);
        mixed.ArFrames.Frames[1].FaceCrop = Events.Crop(48, 0);

        var reply = await _door.TakeAsync(mixed);

        Assert.Equal(["FACE_CROP_NOT_SCORED"], reply.Results[0].Warnings);
        Assert.Equal([true, false, true], FramesOf(_door.Log.Events.Single()).Select(static f => f.Face is not null));
    }

    [Fact]
    public async Task Take_PicturesAmongOtherEvents_KeepsTheOrderAndAsksOnce()
    {
        var reply = await _door.TakeAsync(
            Events.Frames("e1", cropSide: 48, grey: Grey), Events.Text("e2"), Events.Frames("e3", cropSide: 64), Events.Frames("e4"));

        Assert.Equal(["e1", "e2", "e3", "e4"], _door.Log.Events.Select(static e => e.EventId));
        Assert.Equal([6], _door.Faces.Shown);
        Assert.Equal([0, 0, 1, 0], reply.Results.Select(static r => r.Warnings.Count));
    }

    [Fact]
    public async Task Take_NoPicture_AsksNobody()
    {
        await _door.TakeAsync(Events.Frames());

        Assert.Empty(_door.Faces.Shown);
    }

    [Fact]
    public async Task Take_PictureOnly_IsAFrameWithoutCoefficients()
    {
        var only = Events.Frames(frames: 1, cropSide: 64, grey: Grey);
        only.ArFrames.Frames[0].Blendshapes.Clear();

        await _door.TakeAsync(only);

        var frame = Assert.Single(FramesOf(_door.Log.Events.Single()));
        Assert.Empty(frame.Coefficients);
        Assert.NotNull(frame.Face);
    }

    [Fact]
    public async Task Take_TooSlow_GoesOnWithoutAndSaysSo()
    {
        _door.Faces.Gate = new TaskCompletionSource().Task;
        var taking = _door.TakeAsync(Events.Frames(cropSide: 64, grey: Grey));
        Assert.False(taking.IsCompleted);

        _door.Time.Advance(new ApiOptions().FaceCropDeadline);

        Assert.Equal(["FACE_CROP_NOT_SCORED"], (await taking).Results[0].Warnings);
        Assert.Single(_door.Log.Events);
    }

    [Fact]
    public async Task Take_NobodyAnswers_GoesOnWithoutAndSaysSo()
    {
        _door.Faces.Scorer.ReadFaces(default!, default, default).ThrowsAsyncForAnyArgs(new TimeoutException());

        var reply = await _door.TakeAsync(Events.Frames(cropSide: 64, grey: Grey));

        Assert.Equal(["FACE_CROP_NOT_SCORED"], reply.Results[0].Warnings);
        Assert.Single(_door.Log.Events);
    }

    [Fact]
    public async Task Take_WithoutConsentOrOtherwiseTurnedAway_LooksAtNothingAndKeepsNothing()
    {
        _door.Directories.Consents[UserKey.Known("eve")] = ModalitySet.All & ~ModalitySet.Face;
        var old = Events.Frames("e2", cropSide: 64, grey: Grey);
        old.OccurredAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Events.Now.AddDays(-500));

        var reply = await _door.TakeAsync(Events.Frames("e1", "eve", cropSide: 64, grey: Grey), old);

        Assert.Equal(["NO_CONSENT", "EVENT_TOO_OLD"], reply.Results.Select(static r => r.Reason));
        Assert.Empty(_door.Faces.Shown);
        Assert.All(_door.Rejected.All, static r => Assert.True(r.Body.IsEmpty));
    }

    [Fact]
    public async Task Take_RetryWhosePictureIsNotLookedAtThisTime_IsADuplicate()
    {
        await _door.TakeAsync(Events.Frames(cropSide: 64, grey: Grey));
        _door.Faces.Scorer.ReadFaces(default!, default, default).ThrowsAsyncForAnyArgs(new TimeoutException());

        var reply = await _door.TakeAsync(Events.Frames(cropSide: 64, grey: Grey));

        Assert.Equal(Wire.EventStatus.Duplicate, reply.Results[0].Status);
        Assert.NotNull(FramesOf(Assert.Single(_door.Log.Events))[0].Face);
    }

    [Fact]
    public async Task StreamArSession_PicturesOnly_AreLookedAtAndScoredWithoutThem()
    {
        var faces = new FakeFaces();
        var scored = new List<ScoreCommand>();
        faces.Scorer.Score(default!, default).ReturnsForAnyArgs(call =>
        {
            scored.AddRange(call.Arg<ScoreCommand[]>());
            return [new ScoreMessage(ScoringStatus.NoScorer, null, TimeSpan.Zero, TimeSpan.Zero)];
        });
        await using var host = await ApiHost.StartAsync(grains: g => g.GetGrain<IScoringGrain>(0).Returns(faces.Scorer));
        await host.Profiles.SetConsentAsync(new Wire.SetConsentRequest
        {
            Shopper = new Wire.Shopper { UserId = "ada" },
            Changes = { new Wire.ConsentState { Modality = Wire.Modality.Face, Granted = true } },
        });
        using var session = host.Ingestion.StreamArSession(cancellationToken: TestContext.Token);
        await session.RequestStream.WriteAsync(new Wire.StreamArSessionRequest
        {
            Start = new Wire.ArSessionStart { Shopper = new Wire.Shopper { UserId = "ada" }, ProductId = "p1", ArSessionId = "ar1" },
        });
        var picture = new Wire.BlendshapeFrame { FaceCrop = Events.Crop(48, Grey) };
        await session.RequestStream.WriteAsync(new Wire.StreamArSessionRequest { Frames = new Wire.ArSessionFrames { Frames = { picture } } });
        await session.RequestStream.CompleteAsync();

        var response = Assert.Single(await session.ResponseStream.ReadAllAsync(TestContext.Token).ToListAsync());

        Assert.Empty(response.Result.Warnings);
        Assert.Equal("SCORING_UNAVAILABLE", Assert.Single(response.Degraded).Reason);
        Assert.Equal("face@test", Assert.Single(FramesOf(EventCodec.Decode(Assert.Single(scored).Event.Span))).Face!.ModelVersion);
        Assert.NotNull(Assert.Single(FramesOf(host.Parts.Log.Events.Single(static e => e.Payload is ArFramesPayload))).Face);
    }

    private static System.Collections.Immutable.ImmutableArray<BlendshapeFrame> FramesOf(ShopperEvent logged) =>
        Assert.IsType<ArFramesPayload>(logged.Payload).Frames;
}
