using System.Collections.Immutable;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Rules;

public sealed class ProsodyRulesTests
{
    // Pitch, its spread, level, its spread, speech, voiced, centroid, syllables, crossings, signal to noise.
    private static readonly ImmutableArray<float> _calm = [120, 1.2f, -34, 4, 0.8f, 0.6f, 850, 2.8f, 0.06f, 25];
    private static readonly ImmutableArray<float> _excited = [260, 5.5f, -14, 10, 0.8f, 0.6f, 2200, 6.2f, 0.15f, 25];

    [Fact]
    public void Read_LivelyLoudFastSpeech_IsAroused()
    {
        Assert.InRange(Read(_excited).Arousal, 0.5f, 1f);
        Assert.InRange(Read(_calm).Arousal, -1f, -0.4f);
    }

    [Fact]
    public void Read_AnySpeech_NeverClaimsMuchOfValence()
    {
        Gen.Float[0, 1].Array[10].Sample(u =>
        {
            float[] low = [60, 0, -60, 0, 0.1f, 0, 200, 0, 0, 0], high = [500, 12, 0, 30, 1, 1, 6000, 12, 1, 60];
            var observation = Read([.. u.Select((x, i) => low[i] + x * (high[i] - low[i]))]);
            return Math.Abs(observation.Valence) <= 0.34f && Math.Abs(observation.Arousal) <= 1
                && observation.Confidence is >= 0 and <= 0.45f;
        });
    }

    [Fact]
    public void Read_NoisySpeech_IsLessSureAndFlagged()
    {
        var noisy = Read(_excited.SetItem((int)AcousticFeature.SnrDb, 3));

        Assert.True(noisy.Confidence < Read(_excited).Confidence / 2);
        Assert.True(noisy.Flags.HasFlag(ObservationFlags.LowQuality));
    }

    [Fact]
    public void Read_BrokenFeatures_AreUnreadable()
    {
        Assert.All(
            new[] { _calm.SetItem(0, float.NaN), _calm.RemoveAt(9), [], default, _calm.SetItem((int)AcousticFeature.SpeechRatio, 0) },
            features => Assert.True(Read(features).Flags.HasFlag(ObservationFlags.Unreadable)));
        Assert.True(ProsodyRules.Read(new VoicePayload(0, _calm)).Flags.HasFlag(ObservationFlags.Unreadable));
    }

    private static SentimentObservation Read(ImmutableArray<float> features) => ProsodyRules.Read(new VoicePayload(3000, features));
}
