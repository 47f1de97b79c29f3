using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Feelings;
using Personalization.VoiceFeatures;

namespace Personalization.Scoring.Tests.Voice;

/// <summary>What becomes of a voice that the door heard, from sound to observation.</summary>
public sealed class VoiceScoringTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
    private const int Rate = 16_000;

    [Fact]
    public async Task Score_StirredAndCalmVoice_DifferInArousal()
    {
        var (calm, stirred) = (await ReadAsync(Heard(MadeUpVoice.Calm.At(Rate))), await ReadAsync(Heard(MadeUpVoice.Stirred.At(Rate))));

        Assert.StartsWith("voice@", calm.ModelVersion, StringComparison.Ordinal);
        Assert.Equal(Modality.Voice, calm.Modality);
        Assert.True(stirred.Arousal > calm.Arousal + 0.5f, $"{stirred.Arousal} and {calm.Arousal}");
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(22_050)]
    [InlineData(48_000)]
    public async Task Score_SameSoundAtAnotherRate_IsReadTheSame(int rate)
    {
        foreach (var voice in new[] { MadeUpVoice.Calm, MadeUpVoice.Stirred })
        {
            var (expected, actual) = (await ReadAsync(Heard(voice.At(Rate))), await ReadAsync(Heard(voice.At(rate), rate)));

            Assert.Equal(expected.Arousal, actual.Arousal, 0.15f);
            Assert.Equal(expected.Valence, actual.Valence, 0.15f);
            Assert.Equal(expected.Confidence, actual.Confidence, 0.1f);
        }
    }

    public static TheoryData<string> ProbeNames() => [.. Probes.All().Select(static probe => probe.Name)];

    [Theory]
    [MemberData(nameof(ProbeNames))]
    public async Task Score_SoundThatIsNoSpeech_IsHardlyBelieved(string name)
    {
        var observation = await ReadAsync(Heard(Probes.All().Single(probe => probe.Name == name).Samples));

        Assert.InRange(observation.Confidence, 0, 0.05f);
        Assert.NotEqual(ObservationFlags.None, observation.Flags & (ObservationFlags.LowQuality | ObservationFlags.Unreadable));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(short.MaxValue)]
    public async Task Score_SilenceOrAConstant_IsUnreadable(short sample)
    {
        var observation = await ReadAsync(Heard([.. Enumerable.Repeat(sample, Rate)]));

        Assert.True(observation.Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.Equal(0, observation.Confidence);
    }

    [Fact]
    public async Task Score_FeaturesAlone_AreReadByRules()
    {
        var heard = Heard(MadeUpVoice.Calm.At(Rate));

        Assert.Equal(ProsodyRules.Version, (await ReadAsync(heard with { Functionals = VoiceVector.None })).ModelVersion);
    }

    [Theory]
    [InlineData(2, 156)]
    [InlineData(1, 155)]
    [InlineData(1, 157)]
    public async Task Score_FunctionalsOfAnotherLayout_AreLeftToRules(byte layout, int count)
    {
        var heard = Heard(MadeUpVoice.Calm.At(Rate)) with { Functionals = new VoiceVector(layout, [.. Enumerable.Repeat((Half)1, count)]) };

        Assert.Equal(ProsodyRules.Version, (await ReadAsync(heard)).ModelVersion);
    }

    [Fact]
    public async Task Score_FunctionalsThatAreNoNumbers_AreUnreadableAmongOthersThatAreNot()
    {
        var heard = Heard(MadeUpVoice.Calm.At(Rate));
        var poison = heard with { Functionals = heard.Functionals with { Values = heard.Functionals.Values.SetItem(7, Half.NaN) } };

        var results = await shared.Scorer.ScoreAsync(
            [.. new EventPayload[] { heard, poison, SharedScorer.Text("I love it"), heard }.Select(p => SharedScorer.Request(p))], CancellationToken.None);

        Assert.All(results, static r => Assert.Equal(ScoringStatus.Scored, r.Status));
        Assert.True(results[1].Observation!.Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.Equal(results[0].Observation!.Arousal, results[3].Observation!.Arousal, 1e-5f);
        Assert.Equal(Modality.Text, results[2].Observation!.Modality);
    }

    [Fact]
    public async Task Score_WildFunctionals_AreBoundedAndNotBelieved()
    {
        var heard = Heard(MadeUpVoice.Calm.At(Rate));
        foreach (var wild in new[] { Half.MaxValue, Half.MinValue })
        {
            var observation = await ReadAsync(heard with { Functionals = heard.Functionals with { Values = [.. Enumerable.Repeat(wild, heard.Functionals.Values.Length)] } });

            Assert.InRange(observation.Arousal, -1, 1);
            Assert.InRange(observation.Valence, -1, 1);
            Assert.Equal(0, observation.Confidence);
        }
    }

    [Fact]
    public async Task Score_ShortOrNoisySpeech_IsBelievedLess()
    {
        var random = new Random(5);
        var good = MadeUpVoice.Calm.At(Rate);
        short[] noisy = [.. good.Select(s => (short)(s + 1000 * Probes.Normal(random)))];

        var (expected, brief, rough) = (await ReadAsync(Heard(good)), await ReadAsync(Heard(good[..(Rate * 3 / 10)])), await ReadAsync(Heard(noisy)));

        Assert.InRange(expected.Confidence, 0.3f, 0.6f);
        Assert.True(brief.Confidence < 0.7f * expected.Confidence, $"{brief.Confidence} and {expected.Confidence}");
        Assert.True(rough.Confidence < expected.Confidence, $"{rough.Confidence} and {expected.Confidence}");
    }

    private static VoicePayload Heard(short[] samples, int rate = Rate) => AcousticFeatureExtractor.Extract(samples, rate);

    private async Task<SentimentObservation> ReadAsync(VoicePayload payload)
    {
        var result = await shared.ScoreAsync(payload);
        Assert.Equal(ScoringStatus.Scored, result.Status);
        return result.Observation!;
    }
}
