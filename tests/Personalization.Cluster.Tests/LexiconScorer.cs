using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Cluster.Tests;

/// <summary>
/// Reads "good" as pleasant and "bad" as unpleasant: what the grains do with feelings does not depend on how they are read.
/// Has too much to do for what says "whenever", unless that can wait.
/// </summary>
internal sealed class LexiconScorer : ISentimentScorer
{
    private static readonly TimeSpan s_busyFor = TimeSpan.FromSeconds(5);

    public ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken) =>
        ValueTask.FromResult(requests.Select(static r => IsTurnedAway(r) ? s_overloaded : Score(r.Payload)).ToArray());

    private static readonly ScoringResult s_overloaded = new(ScoringStatus.Overloaded, null, TimeSpan.Zero, TimeSpan.Zero);

    private static bool IsTurnedAway(ScoringRequest request) =>
        request.Payload is TextFeedbackPayload text && text.Text.Contains("whenever", StringComparison.Ordinal)
        && request.Deadline < DateTimeOffset.UtcNow + s_busyFor;

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
