using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>Reads feelings out of payloads. One implementation batches models; decorators add lanes, limits and metrics.</summary>
public interface ISentimentScorer
{
    /// <summary>Scores some payloads together.</summary>
    /// <param name="requests">What to score.</param>
    /// <param name="cancellationToken">Gives up waiting; what is already in a batch is finished and thrown away.</param>
    /// <returns>One result per request, in the same order. Never throws for a request's content: poison input is answered as such.</returns>
    ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken);

    /// <summary>The models at work, and what they have done; none where only rules read.</summary>
    IReadOnlyList<ModelReport> Report() => [];
}

/// <summary>One payload to score.</summary>
/// <param name="User">Whose it is: keeps lanes fair between users.</param>
/// <param name="Payload">What to score.</param>
/// <param name="Lane">How urgent it is.</param>
/// <param name="Deadline">When an answer is of no use any more; null for none.</param>
public sealed record ScoringRequest(UserKey User, EventPayload Payload, ScoringLane Lane, DateTimeOffset? Deadline);

/// <summary>How urgent a payload is; lower goes first.</summary>
public enum ScoringLane : byte
{
    /// <summary>A shopper at the checkout.</summary>
    Checkout = 0,
    /// <summary>A live try-on.</summary>
    Ar = 1,
    /// <summary>A survey, chat or call.</summary>
    Survey = 2,
    /// <summary>Reviews, back-fill, replay.</summary>
    Review = 3,
}

/// <summary>What came of scoring one payload.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Observation">What was read, when <see cref="ScoringStatus.Scored"/>; null otherwise.</param>
/// <param name="QueueTime">Time spent waiting for a batch.</param>
/// <param name="ComputeTime">Time the batch took to compute.</param>
/// <param name="Refusal">By which bound it was refused, when <see cref="ScoringStatus.Overloaded"/>.</param>
public readonly record struct ScoringResult(
    ScoringStatus Status,
    SentimentObservation? Observation,
    TimeSpan QueueTime,
    TimeSpan ComputeTime,
    ScoringRefusal Refusal = ScoringRefusal.None);

/// <summary>How scoring one payload went.</summary>
public enum ScoringStatus : byte
{
    /// <summary>There is an observation.</summary>
    Scored = 0,
    /// <summary>The payload carries no feeling (a scroll, a decision): nothing to read.</summary>
    NothingToScore = 1,
    /// <summary>No scorer is loaded for this modality.</summary>
    NoScorer = 2,
    /// <summary>There was no place in the queue; <see cref="ScoringResult.Refusal"/> says which bound.</summary>
    Overloaded = 3,
    /// <summary>The deadline passed before a batch took it.</summary>
    Expired = 4,
    /// <summary>The model failed.</summary>
    Failed = 5,
}
