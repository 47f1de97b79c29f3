using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Batching;

/// <summary>One item to batch.</summary>
/// <param name="Input">What to compute.</param>
/// <param name="Lane">How urgent, from 0, the most urgent.</param>
/// <param name="Owner">Whose it is: lanes are kept fair between owners.</param>
/// <param name="Deadline">When an answer is of no use any more; null for none.</param>
public readonly record struct BatchItem<TIn>(TIn Input, int Lane, ulong Owner, DateTimeOffset? Deadline);

/// <summary>What came of one item.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Output">What was computed, when <see cref="BatchStatus.Computed"/>.</param>
/// <param name="QueueTime">Time spent waiting for a batch.</param>
/// <param name="ComputeTime">Time its batch took to compute.</param>
/// <param name="Error">Why it failed, when <see cref="BatchStatus.Failed"/>.</param>
/// <param name="Refusal">By which bound it was refused, when <see cref="BatchStatus.Overloaded"/>.</param>
public readonly record struct BatchResult<TOut>(
    BatchStatus Status,
    TOut? Output,
    TimeSpan QueueTime,
    TimeSpan ComputeTime,
    Exception? Error,
    ScoringRefusal Refusal = ScoringRefusal.None);

/// <summary>How one item went.</summary>
public enum BatchStatus : byte
{
    /// <summary>Not known yet.</summary>
    Pending = 0,
    /// <summary>There is an output.</summary>
    Computed = 1,
    /// <summary>It found no place in the queue, or the batcher is shutting down: see <see cref="BatchResult{TOut}.Refusal"/>.</summary>
    Overloaded = 2,
    /// <summary>The deadline passed before a batch took it; it was not computed.</summary>
    Expired = 3,
    /// <summary>The runner threw for it alone.</summary>
    Failed = 4,
}
