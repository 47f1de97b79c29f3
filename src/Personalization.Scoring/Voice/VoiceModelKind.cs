using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Voice;

/// <summary>What versions of the voice model have in common.</summary>
internal static class VoiceModelKind
{
    private const int Rate = 16_000;
    private const double Hertz = 150;

    /// <summary>How versions are loaded and compared.</summary>
    public static ModelKind<VoicePayload, SentimentObservation> Of(ScoringOptions options) => new(
        ModelNames.Voice,
        path => Load(path, options),
        [new BatchItem<VoicePayload>(Hum(), (int)ScoringLane.Review, Owner: 0, Deadline: null)],
        Impression.Of);

    private static LoadedModel<VoicePayload, SentimentObservation> Load(string path, ScoringOptions options)
    {
        var model = VoiceModel.Load(path, options.Device, options.IntraOpThreads, options.GpuMemoryLimitMiB);
        return new(model.Version, model.Onnx.Device, model, setup => new ServedVoiceModel(model, setup));
    }

    // A second of one tone.
    private static VoicePayload Hum() => AcousticFeatureExtractor.Extract(
        [.. Enumerable.Range(0, Rate).Select(static i => (short)(8000 * Math.Sin(2 * Math.PI * Hertz * i / Rate)))], Rate);
}
