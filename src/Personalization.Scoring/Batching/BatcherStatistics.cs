using System.Collections.Immutable;

namespace Personalization.Scoring.Batching;

/// <summary>What a batcher has done so far.</summary>
/// <param name="Waiting">Items waiting now.</param>
/// <param name="Batches">Batches computed.</param>
/// <param name="Computed">Items computed.</param>
/// <param name="Expired">Items dropped because their deadline passed.</param>
/// <param name="Overloaded">Items refused.</param>
/// <param name="Failed">Items for which the runner threw.</param>
/// <param name="QueueTime">Time that computed items waited, summed.</param>
/// <param name="ComputeTime">Time that batches took, summed.</param>
/// <param name="BatchSizes">How many batches had 0, 1, 2, … items.</param>
/// <param name="Exits">How many batches went for each reason, in the order of <see cref="BatchExit"/>.</param>
public sealed record BatcherStatistics(
    int Waiting,
    long Batches,
    long Computed,
    long Expired,
    long Overloaded,
    long Failed,
    TimeSpan QueueTime,
    TimeSpan ComputeTime,
    ImmutableArray<long> BatchSizes,
    ImmutableArray<long> Exits);
