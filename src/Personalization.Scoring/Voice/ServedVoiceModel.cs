using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Domain.Scoring.Voice;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Voice;

/// <summary>The voice model at work: how something was said, where the door heard it itself.</summary>
internal sealed class ServedVoiceModel(VoiceModel model, ServingSetup setup)
    : ServedModel<VoiceJob, VoiceReading>(model.Onnx, () => new VoiceBatchRunner(model), setup)
{
    private const float Poor = 0.5f;

    /// <summary>Whether a segment was described in the way that the model reads; else rules read what there is.</summary>
    public bool Reads(VoicePayload voice) =>
        voice.Functionals.Layout == model.Layout && !voice.Functionals.IsEmpty && voice.Functionals.Values.Length == VoiceFunctionals.Count;

    /// <summary>What a segment asks of the model.</summary>
    /// <returns>The question; or the answer, when there is no speech in it or not all of it is numbers.</returns>
    public (VoiceJob? Job, SentimentObservation? Answer) Prepare(VoicePayload voice)
    {
        var quality = ProsodyRules.Quality(voice);
        foreach (var value in voice.Functionals.Values)
        {
            quality = Half.IsFinite(value) ? quality : 0;
        }

        // No profile keeps a speaker's baseline yet.
        return quality > 0
            ? (new VoiceJob(voice.Functionals.Values, quality, [], 0), null)
            : (null, SentimentObservation.Unreadable(Modality.Voice, Version));
    }

    /// <inheritdoc/>
    protected override SentimentObservation Observe(VoiceJob input, VoiceReading said)
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
            Confidence = model.ConfidenceCap * said.Confidence * trust,
            Flags = trust < Poor ? ObservationFlags.LowQuality : ObservationFlags.None,
            ModelVersion = Version,
        };
    }
}
