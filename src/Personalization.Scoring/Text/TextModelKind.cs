using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Text;

/// <summary>What versions of the text model have in common.</summary>
internal static class TextModelKind
{
    // Short and long: the first run of each shape is the slow one.
    private static readonly string[] _plain =
        ["Fine.", string.Join(' ', Enumerable.Repeat("The texture is pleasant but the bottle leaked.", 12))];

    /// <summary>How versions are loaded and compared.</summary>
    public static ModelKind<TextQuestion, SentimentObservation> Of(ScoringOptions options) => new(
        ModelNames.Text,
        path => Load(path, options),
        [.. _plain.Select(static text => new BatchItem<TextQuestion>(
            new TextQuestion(new Words(string.Empty, text, "en"), Scale: null), (int)ScoringLane.Review, Owner: 0, Deadline: null))],
        Impression.Of);

    private static LoadedModel<TextQuestion, SentimentObservation> Load(string path, ScoringOptions options)
    {
        var model = TextModel.Load(path, options.Device, options.IntraOpThreads, options.GpuMemoryLimitMiB);
        return new(model.Version, model.Onnx.Device, model, setup => new ServedTextModel(model, options.MaxTextCharacters, setup));
    }
}
