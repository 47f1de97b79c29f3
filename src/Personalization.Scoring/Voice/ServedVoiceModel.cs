using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Domain.Scoring.Voice;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Voice;

/// <summary>The voice model at work: how something was said, where the door heard it itself.</summary>
internal sealed class ServedVoiceModel(VoiceModel model, ServingSetup setup)
    : PreparedModel<VoicePayload, VoiceJob, VoiceReading>(model.Version, () => new VoiceBatchRunner(model), setup)
{
    private const float Poor = 0.5f;

    /// <summary>Whether a segment was described in the way that models read; else rules read what there is.</summary>
    public static bool Reads(VoicePayload voice) =>
        voice.Functionals.Layout == VoiceFunctionals.Layout && !voice.Functionals.IsEmpty && voice.Functionals.Values.Length == VoiceFunctionals.Count;

    /// <inheritdoc/>
    protected override (VoiceJob? Input, SentimentObservation? Answer) Prepare(VoicePayload question)
    {
        var quality = ProsodyRules.Quality(question);
        foreach (var value in question.Functionals.Values)
        {
            quality = Half.IsFinite(value) ? quality : 0;
        }

        // No profile keeps a speaker's baseline yet. Where there is no speech, or not all of it is numbers, there is nothing to ask.
        return quality > 0
            ? (new VoiceJob(question.Functionals.Values, quality, [], 0), null)
            : (null, SentimentObservation.Unreadable(Modality.Voice, Version));
    }

    /// <inheritdoc/>
    protected override SentimentObservation Read(VoiceJob input, VoiceReading said)
    {
        if (!said.IsFinite)
        {
            throw new InvalidOperationException($"{Version} gave an output that is not finite.");
        }

        var trust = input.Quality * said.Familiarity;
        return new SentimentObservation
        {
            Modality = Modality.Voice,
            Valence = Math.Clamp(said.Positive - said.Negative, -1, 1),
            Arousal = Math.Clamp(2 * said.Aroused - 1, -1, 1),
            Confidence = said.Served(model.ConfidenceCap, input.Quality),
            Flags = trust < Poor ? ObservationFlags.LowQuality : ObservationFlags.None,
            ModelVersion = Version,
        };
    }
}
