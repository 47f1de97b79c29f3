using System.Runtime.InteropServices;
using Google.Protobuf;
using Personalization.LoadTest.Feelings;
using Personalization.V1;
using EventCodec = Personalization.Domain.Ingestion.EventCodec;
using IEventLog = Personalization.Domain.Ingestion.IEventLog;
using VoicePayload = Personalization.Domain.Ingestion.VoicePayload;

namespace Personalization.Host.Tests;

/// <summary>A voice through the whole engine: sound in at the door, a feeling in the profile, and no sound kept.</summary>
public sealed class VoiceTests
{
    private const int Rate = 16_000;
    private const int Segments = 6;

    [Fact]
    public async Task Ingest_StirredAndCalmVoices_MoveTheirProfilesApartAndLeaveNumbersOnly()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(data.Path);

        var stirred = await SpeakAsync(host, "stirred", MadeUpVoice.Stirred);
        var calm = await SpeakAsync(host, "calm", MadeUpVoice.Calm);

        Assert.All(new[] { stirred, calm }, static profile => Assert.Equal(Segments, profile.Sources.Single(static s => s.Modality == Modality.Voice).Count));
        Assert.True(
            stirred.Mood.Arousal.Mean > calm.Mood.Arousal.Mean + 0.15, $"{stirred.Mood.Arousal.Mean} and {calm.Mood.Arousal.Mean}");
        await AssertKeptAsync(host.Log);
    }

    [Fact]
    public async Task Ingest_VoiceWithoutConsent_IsRefused()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(data.Path);

        var result = (await SendAsync(host, new Shopper { UserId = "nobody-asked", SessionId = "s" }, MadeUpVoice.Calm)).Results[0];

        Assert.Equal("NO_CONSENT", result.Reason);
    }

    private static async Task<Profile> SpeakAsync(InProcessHost host, string user, MadeUpVoice voice)
    {
        var shopper = new Shopper { UserId = user, SessionId = "s" };
        var profiles = new ProfileService.ProfileServiceClient(host.Channel);
        await profiles.SetConsentAsync(new SetConsentRequest
        {
            Shopper = shopper, PolicyVersion = "1", Source = "test",
            Changes = { new ConsentState { Purpose = ConsentPurpose.Personalization, Granted = true }, new ConsentState { Modality = Modality.Voice, Granted = true } },
        });
        var answer = await SendAsync(host, shopper, voice);
        Assert.All(answer.Results, static r => Assert.Equal(EventStatus.Accepted, r.Status));
        var read = await profiles.GetProfileAsync(new GetProfileRequest { Shopper = shopper, MinConsistencyToken = answer.ConsistencyToken });
        return read.Profile;
    }

    private static async Task<IngestEventsResponse> SendAsync(InProcessHost host, Shopper shopper, MadeUpVoice voice) =>
        await new IngestionService.IngestionServiceClient(host.Channel).IngestEventsAsync(new IngestEventsRequest
        {
            Events =
            {
                Enumerable.Range(0, Segments).Select(i => new Event
                {
                    EventId = $"{shopper.UserId}-{i}", Shopper = shopper, Touchpoint = Touchpoint.Support, Channel = Channel.Voice,
                    VoiceSegment = new VoiceSegment { Pcm = new Pcm16 { SampleRateHz = Rate, Samples = Bytes((voice with { MelodySemitones = voice.MelodySemitones + 0.1 * i }).At(Rate)) } },
                }),
            },
        });

    private static ByteString Bytes(short[] samples) => ByteString.CopyFrom(MemoryMarshal.AsBytes(samples.AsSpan()));

    // What the log holds of the voices, decoded: numbers, in a hundredth of the room that the sound took.
    private static async Task AssertKeptAsync(IEventLog log)
    {
        var voices = 0;
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            foreach (var record in await log.ReadAsync(partition, 0, 1000, CancellationToken.None))
            {
                if (EventCodec.Decode(record.Body.Span).Payload is VoicePayload voice)
                {
                    voices++;
                    Assert.Equal(Domain.Scoring.Voice.VoiceFunctionals.Count, voice.Functionals.Values.Length);
                    Assert.InRange(record.Body.Length, 1, 2 * Rate * sizeof(short) / 100);
                }
            }
        }

        Assert.Equal(2 * Segments, voices);
    }
}
