using System.Text.Json;
using Google.Protobuf;
using Personalization.V1;
using ArFramesPayload = Personalization.Domain.Ingestion.ArFramesPayload;
using EventCodec = Personalization.Domain.Ingestion.EventCodec;
using Partitions = Personalization.Domain.Ingestion.Partitions;
using UserKey = Personalization.Domain.Ingestion.UserKey;

namespace Personalization.Host.Tests;

/// <summary>A picture of a face, from the door to the profile: what it shows arrives, and it does not.</summary>
public sealed class FaceTests
{
    private static readonly Shopper s_shopper = new() { UserId = "smiler", SessionId = "s" };

    // A server that other tests share the machine with may be slow: that is not what is tested here.
    private static readonly string[] s_patient = ["--Api:FaceCropDeadline", "00:00:10", "--Api:ArScoringDeadline", "00:00:05"];

    [Theory]
    [InlineData("happiness", 1)]
    [InlineData("anger", -1)]
    public async Task Ingest_PictureOfAFace_MovesTheMoodItsWayAndIsStoredNowhere(string shown, int direction)
    {
        using var data = new TemporaryFolder();
        var picture = MeanFace(shown);
        await using (var host = await InProcessHost.StartAsync(data.Path, s_patient))
        {
            await GrantAsync(host);
            var reply = await new IngestionService.IngestionServiceClient(host.Channel).IngestEventsAsync(new IngestEventsRequest
            {
                Events =
                {
                    new Event
                    {
                        EventId = "face-1", Shopper = s_shopper, ProductId = "p", Touchpoint = Touchpoint.TryOn, Channel = Channel.ArTryOn,
                        ArFrames = new ArFrames { Frames = { Enumerable.Range(0, 5).Select(i => Frame(i, picture)) } },
                    },
                },
            });

            Assert.Equal(EventStatus.Accepted, Assert.Single(reply.Results).Status);
            Assert.Empty(reply.Results[0].Warnings);
            var valence = await ValenceAsync(host, reply.ConsistencyToken);
            Assert.True(valence * direction > 0.02, $"valence is {valence}");
            await AssertNotInTheLogAsync(host, picture);
            await host.StopAsync();
        }

        AssertInNoFile(data.Path, picture);
    }

    [Fact]
    public async Task StreamArSession_PicturesOfAFace_AreAnsweredWithWhatTheyShow()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(data.Path, s_patient);
        await GrantAsync(host);
        using var session = new IngestionService.IngestionServiceClient(host.Channel).StreamArSession();
        await session.RequestStream.WriteAsync(new StreamArSessionRequest
        {
            Start = new ArSessionStart { Shopper = s_shopper, ProductId = "p", ArSessionId = "ar" },
        });
        await session.RequestStream.WriteAsync(new StreamArSessionRequest
        {
            Frames = new ArSessionFrames { Frames = { Frame(0, MeanFace("happiness")), Frame(1, MeanFace("happiness")) } },
        });
        await session.RequestStream.CompleteAsync();

        Assert.True(await session.ResponseStream.MoveNext(CancellationToken.None));
        var response = session.ResponseStream.Current;

        Assert.Empty(response.Degraded);
        Assert.Empty(response.Result.Warnings);
        Assert.StartsWith("face@", response.Sentiment.ModelVersion, StringComparison.Ordinal);
        Assert.True(response.Sentiment.Emotions.Joy > 0.5f, $"joy is {response.Sentiment.Emotions.Joy}");
    }

    [Fact]
    public async Task Ingest_PictureWithoutAModel_IsAcceptedAndSaidSo()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(
            data.Path, "--Scoring:AllowRulesOnly", "true", "--Scoring:FaceModelPath", "nowhere.onnx");
        await GrantAsync(host);
        var reply = await new IngestionService.IngestionServiceClient(host.Channel).IngestEventsAsync(new IngestEventsRequest
        {
            Events = { new Event { EventId = "face-1", Shopper = s_shopper, ArFrames = new ArFrames { Frames = { Frame(0, MeanFace("happiness")) } } } },
        });

        Assert.Equal(EventStatus.Accepted, Assert.Single(reply.Results).Status);
        Assert.Equal(["FACE_CROP_NOT_SCORED"], reply.Results[0].Warnings);
        Assert.Equal(0, await ValenceAsync(host, reply.ConsistencyToken));
    }

    private static BlendshapeFrame Frame(int number, byte[] picture) => new() { OffsetMs = number * 33, FaceCrop = ByteString.CopyFrom(picture) };

    private static async Task GrantAsync(InProcessHost host) =>
        await new ProfileService.ProfileServiceClient(host.Channel).SetConsentAsync(new SetConsentRequest
        {
            Shopper = s_shopper, Changes = { new ConsentState { Modality = Modality.Face, Granted = true } },
        });

    private static async Task<double> ValenceAsync(InProcessHost host, string token)
    {
        var reply = await new ProfileService.ProfileServiceClient(host.Channel).GetProfileAsync(
            new GetProfileRequest { Shopper = s_shopper, MinConsistencyToken = token });
        Assert.Equal(1, reply.Profile.EventCount);
        return reply.Profile.Mood.Valence.Mean;
    }

    // The log as the engine reads it, which is before it is encrypted.
    private static async Task AssertNotInTheLogAsync(InProcessHost host, byte[] picture)
    {
        var partition = Partitions.Of(UserKey.Known(s_shopper.UserId), host.Log.PartitionCount);
        var records = await host.Log.ReadAsync(partition, 0, 100, CancellationToken.None);
        Assert.Contains(records, static r => EventCodec.Decode(r.Body.Span).Payload is ArFramesPayload frames && frames.Frames[0].Face is not null);
        Assert.All(records, r => Assert.False(Holds(r.Body.Span, picture)));
    }

    private static void AssertInNoFile(string folder, byte[] picture)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(Holds(File.ReadAllBytes(file), picture), file));
    }

    // Any stretch of a row through the middle of the face.
    private static bool Holds(ReadOnlySpan<byte> bytes, byte[] picture)
    {
        var side = (int)Math.Sqrt(picture.Length);
        for (var row = side / 4; row < 3 * side / 4; row++)
        {
            if (bytes.IndexOf(picture.AsSpan(row * side + side / 4, 12)) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The mean of many faces that show an emotion, which is a picture of nobody.</summary>
    private static byte[] MeanFace(string emotion)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "faces.json")));
        return golden.RootElement.GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("name").GetString()!.EndsWith($"faces: {emotion}", StringComparison.Ordinal))
            .GetProperty("pixels").GetBytesFromBase64();
    }
}
