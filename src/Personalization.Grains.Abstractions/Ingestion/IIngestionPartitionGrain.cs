using Orleans.Concurrency;

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Reads one partition of the event log in order and folds it into users, products and policies. Keyed by the partition's
/// number; there is one activation in the cluster, and another silo makes a new one when its silo dies.
/// </summary>
[Alias("personalization.IIngestionPartitionGrain")]
public interface IIngestionPartitionGrain : IGrainWithIntegerKey
{
    /// <summary>Says that the log has grown. A hint: a lost one is made up for by the next, or by the grain's own timer.</summary>
    /// <param name="tail">The offset of the last durable record.</param>
    [OneWay]
    [AlwaysInterleave]
    [Alias("Poke")]
    Task Poke(long tail);

    /// <summary>How far the partition is.</summary>
    [AlwaysInterleave]
    [Alias("GetProgress")]
    Task<PartitionProgress> GetProgress();

    /// <summary>Completes when everything up to an offset has been folded in.</summary>
    /// <param name="offset">The offset.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [AlwaysInterleave]
    [Alias("WaitForApplied")]
    Task WaitForApplied(long offset, CancellationToken cancellationToken);

    /// <summary>Persists what has been applied and moves the checkpoint up to it.</summary>
    /// <returns>
    /// The checkpoint; where it was before when a silo had died with something that was applied: the partition then folds it again,
    /// and another call persists it.
    /// </returns>
    [Alias("Checkpoint")]
    Task<long> Checkpoint();

    /// <summary>
    /// Folds in everything that is in the log, persists it, and leaves off: the silo is about to stop, and nobody appends
    /// any more. This activation folds nothing in afterwards. Asking again is answered the same.
    /// </summary>
    /// <param name="cancellationToken">Gives up; the activation goes on as before.</param>
    /// <returns>The checkpoint: the head of the log.</returns>
    [Alias("Drain")]
    Task<long> Drain(CancellationToken cancellationToken);
}

/// <summary>How far a partition is.</summary>
/// <param name="Tail">The offset of the last durable record.</param>
/// <param name="Applied">The offset up to which everything has been folded in.</param>
/// <param name="Checkpoint">The offset up to which everything that was folded in has been persisted: a crash replays from here.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.PartitionProgress")]
public sealed record PartitionProgress(
    [property: Id(0)] long Tail, [property: Id(1)] long Applied, [property: Id(2)] long Checkpoint);
