using System.Text;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Domain.Scoring.Voice;
using Personalization.Scoring.Tests.Face;
using Personalization.LoadTest.Feelings;

namespace Personalization.Scoring.Tests;

/// <summary>What cannot be read, in one batch with what can: it is flagged, and its neighbours are read as if they were alone.</summary>
public sealed class PoisonBatchTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
    private const float Tolerance = 1e-4f;
    private const int Rate = 16_000;

    private static readonly string[] s_neighbours =
        ["I love it", "The bottle leaked, and nobody answers my mails. I want my money back!", "It is a cream."];

    [Fact]
    public async Task Score_AsMuchEmojiAsIsTaken_IsReadInWindowsAndHarmsNoNeighbour()
    {
        const int FirstFace = 0x1F600;
        const int Faces = 80;
        var most = new ScoringOptions().MaxTextCharacters;

        // Each unlike the one before, for a run of the same is read as one.
        var observation = await AmongTextsAsync(string.Concat(Enumerable.Range(0, most / 2).Select(static i => char.ConvertFromUtf32(FirstFace + (i % Faces)))));

        Assert.True(observation.Flags.HasFlag(ObservationFlags.Windowed));
        Assert.InRange(observation.Confidence, 0f, 1f);
        Assert.InRange(observation.Valence, -1f, 1f);
    }

    [Fact]
    public async Task Score_AMegabyteOfEmoji_IsUnreadableAndCostsNoPlaceInABatch()
    {
        var emoji = string.Concat(Enumerable.Repeat("😡", 1024 * 1024 / 4));
        Assert.Equal(1024 * 1024, Encoding.UTF8.GetByteCount(emoji));
        var before = Scored("text");

        var observation = await AmongTextsAsync(emoji);

        Assert.True(observation.Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.Equal(before + (2 * s_neighbours.Length), Scored("text"));
    }

    [Fact]
    public async Task Score_AnyUtf16_IsAnsweredWithNumbersAndHarmsNoNeighbour()
    {
        // Half of all units are halves of a pair, and rarely do two of them meet in the right order.
        var unit = Gen.OneOf(Gen.Char[' ', 'z'], Gen.Char['\ud800', '\udfff']);

        await unit.Array[0, 400].SampleAsync(
            async units =>
            {
                var observation = await AmongTextsAsync(new string(units));

                Assert.True(float.IsFinite(observation.Valence + observation.Arousal + observation.Confidence));
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public async Task Score_SoundOfNoLength_IsUnreadableAndHarmsNoNeighbour()
    {
        var heard = Heard(MadeUpVoice.Stirred.At(Rate));
        VoicePayload[] empty =
        [
            new(0, []), new(0, default), heard with { DurationMs = 0 }, heard with { Features = [] },
            new(0, []) { Functionals = new VoiceVector(VoiceFunctionals.Layout, []) },
        ];

        foreach (var payload in empty)
        {
            var among = await AmongAsync(heard, payload);

            Assert.True(among.Flags.HasFlag(ObservationFlags.Unreadable));
            Assert.Equal(0, among.Confidence);
        }
    }

    [Fact]
    public async Task Extract_SoundThatIsCutShort_IsRefusedOrReadAndNeverMore()
    {
        var whole = MadeUpVoice.Stirred.At(Rate).SelectMany(static s => new[] { (byte)s, (byte)(s >> 8) }).ToArray();
        foreach (var length in new[] { 0, 1, 2, 3, 3_199, whole.Length - 1, whole.Length - 3 })
        {
            Assert.Throws<ArgumentException>(() => AcousticFeatureExtractor.Extract(whole.AsSpan(0, length), Rate));
        }

        foreach (var length in new[] { 3_200, 3_202, whole.Length / 2, whole.Length - 2 })
        {
            var cut = AcousticFeatureExtractor.Extract(whole.AsSpan(0, length), Rate);
            var among = await AmongAsync(Heard(MadeUpVoice.Calm.At(Rate)), cut);

            Assert.InRange(among.Confidence, 0f, 1f);
            Assert.InRange(among.Arousal, -1f, 1f);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue)]
    public async Task Score_FramesThatAreNoNumbers_AreFlaggedAndHarmNoNeighbour(float poison)
    {
        var smile = new float[BlendshapeRules.Coefficients];
        smile[43] = smile[44] = smile[6] = smile[7] = 0.9f;
        var sane = new ArFramesPayload([new BlendshapeFrame(0, [.. smile], 1), new BlendshapeFrame(33, [.. smile], 1)]);
        var bad = new BlendshapeFrame(66, [.. Enumerable.Repeat(poison, BlendshapeRules.Coefficients)], 1);

        var alone = await AmongAsync(sane, new ArFramesPayload([bad]));
        var mixed = await AmongAsync(sane, sane with { Frames = sane.Frames.Add(bad) });

        Assert.NotEqual(ObservationFlags.None, alone.Flags & (ObservationFlags.Unreadable | ObservationFlags.LowQuality));
        Assert.True(float.IsFinite(mixed.Valence + mixed.Arousal + mixed.Confidence));
        Assert.InRange(mixed.Confidence, 0f, 1f);
    }

    [Fact]
    public async Task ReadFaces_PicturesThatAreNoneAmongNeighbours_AreLeftOutAlone()
    {
        var happy = GoldenFaces.Mean("happiness");
        var alone = (await ReadAsync(happy))[0]!;
        FaceCrop[] poison = [new(ReadOnlyMemory<byte>.Empty, 1), new(new byte[48 * 47], 1), new(new byte[113 * 113], 1), new(new byte[1], 1)];

        var readings = await ReadAsync([.. poison.SelectMany(bad => new[] { happy, bad }), happy]);

        Assert.All(readings.Index(), each => Assert.Equal(each.Index % 2 == 0, each.Item is not null));
        Assert.All(readings.OfType<FaceReading>(), reading => Assert.Equal(alone.Confidence, reading.Confidence, Tolerance));
    }

    private ValueTask<FaceReading?[]> ReadAsync(params FaceCrop[] crops) =>
        shared.Scorer.ReadFacesAsync(crops, DateTimeOffset.MaxValue, CancellationToken.None);

    private long Scored(string model) => shared.Scorer.Report().Single(report => report.Name == model).Scored;

    private static VoicePayload Heard(short[] samples) => AcousticFeatureExtractor.Extract(samples, Rate);

    // What is said of a text between neighbours, which are read as they are without it.
    private async Task<SentimentObservation> AmongTextsAsync(string text)
    {
        var alone = await ScoreAsync([.. s_neighbours.Select(SharedScorer.Text)]);

        var among = await ScoreAsync([SharedScorer.Text(s_neighbours[0]), SharedScorer.Text(text), .. s_neighbours[1..].Select(SharedScorer.Text)]);

        AssertSame(alone, [among[0], .. among[2..]]);
        return among[1];
    }

    // What is said of a payload between two of its kind, which are read as they are without it.
    private async Task<SentimentObservation> AmongAsync(EventPayload neighbour, EventPayload payload)
    {
        var alone = await ScoreAsync([neighbour, neighbour]);

        var among = await ScoreAsync([neighbour, payload, neighbour]);

        AssertSame(alone, [among[0], among[2]]);
        return among[1];
    }

    private async Task<SentimentObservation[]> ScoreAsync(EventPayload[] payloads)
    {
        var results = await shared.Scorer.ScoreAsync([.. payloads.Select(static payload => SharedScorer.Request(payload))], CancellationToken.None);
        Assert.All(results, static result => Assert.Equal(ScoringStatus.Scored, result.Status));
        return [.. results.Select(static result => result.Observation!)];
    }

    private static void AssertSame(SentimentObservation[] expected, SentimentObservation[] actual) => Assert.All(expected.Zip(actual), static pair =>
    {
        Assert.Equal(pair.First.Valence, pair.Second.Valence, Tolerance);
        Assert.Equal(pair.First.Arousal, pair.Second.Arousal, Tolerance);
        Assert.Equal(pair.First.Confidence, pair.Second.Confidence, Tolerance);
        Assert.Equal(pair.First.Flags, pair.Second.Flags);
    });
}
