using System.Collections.Immutable;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>
/// What the sound of speech says: arousal fairly well, valence hardly. High arousal shows in a raised and mobile pitch,
/// more level, more energy at high frequencies and a faster pace (Scherer 1986, "Vocal affect expression"; Juslin and Laukka
/// 2003, "Communication of emotions in vocal expression", table 7). Emotions proper are not claimed.
/// </summary>
/// <remarks>
/// Without a baseline of the speaker each feature is held against broad norms of conversational speech; the norms and weights
/// are this project's own. Level depends on the microphone and mean pitch on the speaker more than on the feeling: both count little.
/// </remarks>
public static class ProsodyRules
{
    /// <summary>Which rules these are, as <see cref="SentimentObservation.ModelVersion"/>.</summary>
    public const string Version = "prosody-rules@1";

    private const float MostConfident = 0.45f;
    private const float GoodSnrDb = 15;
    private const int ShortMs = 800;

    // What speech of no particular feeling measures, and how much that varies between speakers and microphones.
    private static readonly (AcousticFeature Feature, float Mean, float Spread, float Weight)[] _arousalNorms =
    [
        (AcousticFeature.PitchStdSemitones, 2.8f, 1.4f, 0.30f),
        (AcousticFeature.EnergyStdDb, 7f, 2.5f, 0.10f),
        (AcousticFeature.EnergyMeanDb, -26f, 9f, 0.20f),
        (AcousticFeature.SpectralCentroidHz, 1300f, 450f, 0.25f),
        (AcousticFeature.SyllableRate, 4f, 1.3f, 0.25f),
    ];

    // Which features stand for a group of the longer description, for whoever has the features only.
    private static readonly (string Group, AcousticFeature Feature)[] _groups =
    [
        ("pitch", AcousticFeature.PitchStdSemitones),
        ("level", AcousticFeature.EnergyMeanDb),
        ("level", AcousticFeature.EnergyStdDb),
        ("spectrum", AcousticFeature.SpectralCentroidHz),
        ("pace", AcousticFeature.SyllableRate),
    ];

    /// <summary>Whether any of these rules' features belongs to a group.</summary>
    internal static bool HasOrdinary(string group) => Array.Exists(_groups, each => each.Group == group);

    /// <summary>Features with those of a group made what speech of no particular feeling measures.</summary>
    internal static ImmutableArray<float> Ordinary(ImmutableArray<float> features, string group)
    {
        var ordinary = features.ToBuilder();
        foreach (var (name, feature) in _groups)
        {
            if (name == group && (int)feature < ordinary.Count)
            {
                ordinary[(int)feature] = Array.Find(_arousalNorms, norm => norm.Feature == feature).Mean;
            }
        }

        return ordinary.DrainToImmutable();
    }

    /// <summary>Reads a feeling out of how something was said.</summary>
    /// <param name="voice">The features of a segment.</param>
    /// <returns>
    /// The observation, its confidence at most 0.45 and lower for noisy, short or sparse speech (<see cref="ObservationFlags.LowQuality"/>);
    /// flagged <see cref="ObservationFlags.Unreadable"/> when features are missing or not finite, or there is no speech.
    /// </returns>
    public static SentimentObservation Read(VoicePayload voice)
    {
        ArgumentNullException.ThrowIfNull(voice);
        var features = voice.Features.IsDefault ? default : voice.Features.AsSpan();
        if (!IsReadable(features, voice.DurationMs))
        {
            return SentimentObservation.Unreadable(Modality.Voice, Version);
        }

        var arousal = Arousal(features);
        var quality = Quality(voice);
        return new SentimentObservation
        {
            Modality = Modality.Voice,
            Valence = Valence(features, arousal),
            Arousal = arousal,
            Confidence = MostConfident * quality,
            Flags = quality < 0.5f ? ObservationFlags.LowQuality : ObservationFlags.None,
            ModelVersion = Version,
        };
    }

    /// <summary>How good the sound is to read a feeling out of: clean, long enough, and voiced as speech is.</summary>
    /// <param name="voice">The features of a segment.</param>
    /// <returns>[0, 1]; 0 when features are missing or not finite, or there is no speech.</returns>
    public static float Quality(VoicePayload voice)
    {
        ArgumentNullException.ThrowIfNull(voice);
        var features = voice.Features.IsDefault ? default : voice.Features.AsSpan();
        if (!IsReadable(features, voice.DurationMs))
        {
            return 0;
        }

        var clean = Math.Clamp(Of(features, AcousticFeature.SnrDb) / GoodSnrDb, 0, 1);
        var speechMs = voice.DurationMs * Of(features, AcousticFeature.SpeechRatio);
        var enough = Math.Clamp(speechMs / ShortMs, 0, 1);
        var voiced = Math.Clamp(Of(features, AcousticFeature.VoicedRatio) / 0.3f, 0, 1);
        return clean * enough * voiced;
    }

    private static bool IsReadable(ReadOnlySpan<float> features, int durationMs)
    {
        if (features.Length <= (int)AcousticFeature.SnrDb || durationMs <= 0)
        {
            return false;
        }

        foreach (var value in features)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return Of(features, AcousticFeature.SpeechRatio) > 0;
    }

    private static float Arousal(ReadOnlySpan<float> features)
    {
        var sum = 0f;
        foreach (var (feature, mean, spread, weight) in _arousalNorms)
        {
            // One wild feature must not decide alone.
            sum += weight * Math.Clamp((Of(features, feature) - mean) / spread, -2.5f, 2.5f);
        }

        return MathF.Tanh(sum);
    }

    // A lively melody at a moderate level leans to the pleasant, a loud and sharp one to the unpleasant
    // (the difference of elation and hot anger in Scherer's table). It is a lean, not a reading: at most a third.
    private static float Valence(ReadOnlySpan<float> features, float arousal)
    {
        var melody = Math.Clamp((Of(features, AcousticFeature.PitchStdSemitones) - 2.8f) / 2.8f, -1, 1);
        var sharpness = Math.Clamp((Of(features, AcousticFeature.SpectralCentroidHz) - 1300f) / 900f, -1, 1);
        var loudness = Math.Clamp((Of(features, AcousticFeature.EnergyMeanDb) + 20f) / 12f, 0, 1);
        return 0.33f * Math.Clamp(melody - 0.6f * Math.Max(0, sharpness) - loudness * Math.Max(0, arousal), -1, 1);
    }

    private static float Of(ReadOnlySpan<float> features, AcousticFeature feature) => features[(int)feature];
}
