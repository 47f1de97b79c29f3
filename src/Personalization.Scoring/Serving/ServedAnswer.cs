using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Serving;

/// <summary>What came of one question to a model.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Answer">The answer, when <see cref="ScoringStatus.Scored"/>.</param>
/// <param name="QueueTime">Time spent waiting for a batch.</param>
/// <param name="ComputeTime">Time the batch took to compute.</param>
/// <param name="Refusal">By which bound it was refused, when <see cref="ScoringStatus.Overloaded"/>.</param>
internal readonly record struct ServedAnswer<TAnswer>(
    ScoringStatus Status, TAnswer? Answer, TimeSpan QueueTime, TimeSpan ComputeTime, ScoringRefusal Refusal = ScoringRefusal.None)
{
    /// <summary>An answer for which no batch was needed.</summary>
    public static ServedAnswer<TAnswer> AtOnce(ScoringStatus status, TAnswer? answer = default) =>
        new(status, answer, TimeSpan.Zero, TimeSpan.Zero);
}
