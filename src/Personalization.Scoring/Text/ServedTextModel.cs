using Personalization.Domain.Scoring;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Text;

/// <summary>The text model at work: reviews, chats, e-mails, tickets, and the words of survey answers.</summary>
internal sealed class ServedTextModel(TextModel model, int maxCharacters, ServingSetup setup)
    : PreparedModel<TextQuestion, TextJob, TextReading[]>(model.Version, () => new TextBatchRunner(model), setup)
{
    // Eight windows, about the largest run on a processor and a sixth of a batch.
    private const int MostTokensOfAPart = 1024;

    private readonly TextScorer _scorer = new(model, maxCharacters);

    /// <inheritdoc/>
    protected override (TextJob? Input, SentimentObservation? Answer) Prepare(TextQuestion question)
    {
        var (words, scale) = question;
        var job = _scorer.Prepare(words.Title, words.Text, words.Language);
        return job is null ? (null, WithScale(scale, _scorer.Unreadable)) : (scale is null ? job : job with { Scale = scale }, null);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<TextJob>? Split(TextJob input) => input.Split(MostTokensOfAPart);

    /// <inheritdoc/>
    protected override TextReading[] Join(IEnumerable<TextReading[]> parts) => [.. parts.SelectMany(static part => part)];

    /// <inheritdoc/>
    protected override SentimentObservation Read(TextJob input, TextReading[] said) => WithScale(input.Scale, _scorer.Observe(input, said));

    private static SentimentObservation WithScale(SentimentObservation? scale, SentimentObservation words) =>
        scale is null ? words : SurveyRules.Fuse(scale, words);
}
