using Personalization.Domain.Scoring;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Text;

/// <summary>The text model at work: reviews, chats, e-mails, tickets, and the words of survey answers.</summary>
internal sealed class ServedTextModel(TextModel model, int maxCharacters, ServingSetup setup)
    : ServedModel<TextJob, TextReading[]>(model.Onnx, () => new TextBatchRunner(model), setup)
{
    private readonly TextScorer _scorer = new(model, maxCharacters);

    /// <summary>What the words of a payload ask of the model.</summary>
    /// <param name="words">The words.</param>
    /// <param name="scale">What the scale beside them said; null when there was none.</param>
    /// <returns>The question; or the answer, when the words cannot be read.</returns>
    public (TextJob? Job, SentimentObservation? Answer) Prepare(in Words words, SentimentObservation? scale)
    {
        var job = _scorer.Prepare(words.Title, words.Text, words.Language);
        return job is null ? (null, WithScale(scale, _scorer.Unreadable)) : (scale is null ? job : job with { Scale = scale }, null);
    }

    /// <inheritdoc/>
    protected override SentimentObservation Observe(TextJob input, TextReading[] said) => WithScale(input.Scale, _scorer.Observe(input, said));

    private static SentimentObservation WithScale(SentimentObservation? scale, SentimentObservation words) =>
        scale is null ? words : SurveyRules.Fuse(scale, words);
}
