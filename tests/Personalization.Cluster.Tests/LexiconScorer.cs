using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Cluster.Tests;

/// <summary>Reads "good" as pleasant and "bad" as unpleasant: what the grains do with feelings does not depend on how they are read.</summary>
internal sealed class LexiconScorer : ISentimentScorer
{
    public ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken) =>
        ValueTask.FromResult(requests.Select(static r => Score(r.Payload)).ToArray());

    private static ScoringResult Score(EventPayload payload) => payload is not TextFeedbackPayload text
        ? new ScoringResult(ScoringStatus.NothingToScore, null, TimeSpan.Zero, TimeSpan.Zero)
        : new ScoringResult(
            ScoringStatus.Scored,
            new SentimentObservation
            {
                Modality = Modality.Text,
                Valence = text.Text.Contains("good", StringComparison.Ordinal) ? 0.8f : -0.8f,
                Arousal = 0,
                Confidence = 0.9f,
                ModelVersion = "lexicon@1",
            },
            TimeSpan.Zero,
            TimeSpan.Zero);
}
