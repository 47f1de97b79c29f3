namespace Personalization.Domain.Ingestion;

/// <summary>
/// The durable, partitioned, ordered record of everything that was accepted. The one truth: profiles, aggregates and
/// policies are folds over it and can be made again from it.
/// </summary>
public interface IEventLog
{
    /// <summary>How many partitions there are; fixed for the life of the log.</summary>
    int PartitionCount { get; }

    /// <summary>How many entries wait for their group commit, over all partitions.</summary>
    int PendingAppends { get; }

    /// <summary>
    /// Appends entries, each to its user's partition, in the order given. Completes when all of them are durable (group
    /// commit with whatever else is waiting). An id that was seen within the dedup window is not appended again.
    /// </summary>
    /// <returns>One result per entry, in the same order.</returns>
    /// <exception cref="EventLogOverloadedException">Too much is waiting already; nothing of this call was appended.</exception>
    /// <remarks>
    /// Cancelling gives up waiting, not the append: an entry may be durable all the same, and the caller's retry with the
    /// same id is answered <see cref="AppendStatus.Duplicate"/>.
    /// </remarks>
    ValueTask<AppendResult[]> AppendAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken);

    /// <summary>Reads durable records of one partition, in order, from after an offset.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="afterOffset">Reads from the next one; 0 for the beginning.</param>
    /// <param name="maxRecords">At most so many; at least 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The records; empty when there are none yet.</returns>
    ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int partition, long afterOffset, int maxRecords, CancellationToken cancellationToken);

    /// <summary>The offset of the last durable record of a partition; 0 when there is none.</summary>
    long Tail(int partition);

    /// <summary>
    /// Calls back after records of a partition became durable: a hint to read, from any thread, quickly and without throwing.
    /// Not when all of them were quiet (<see cref="LogEntry.IsQuiet"/>).
    /// </summary>
    /// <param name="onAppended">Gets the partition and its new tail.</param>
    /// <returns>Disposing it stops the calls.</returns>
    IDisposable Subscribe(Action<int, long> onAppended);
}

/// <summary>What is handed to <see cref="IEventLog.AppendAsync"/>.</summary>
/// <param name="User">Whose it is: decides the partition.</param>
/// <param name="EventId">The idempotency key, unique per user within the dedup window.</param>
/// <param name="Fingerprint">
/// A 128-bit digest of what the caller sent, without what the engine added (such as the time of receipt): tells a retry
/// from a different event under the same id.
/// </param>
/// <param name="Body">The event as the event codec wrote it.</param>
public readonly record struct LogEntry(UserKey User, string EventId, UInt128 Fingerprint, ReadOnlyMemory<byte> Body)
{
    /// <summary>
    /// Nobody waits for it to be read, nor much for it to be durable: who subscribes hears of it with the next entry that is not
    /// quiet, and it may be held back for some 10 ms to share a write with others. Never behind an entry that was appended after it.
    /// </summary>
    public bool IsQuiet { get; init; }
}

/// <summary>What became of one entry.</summary>
/// <param name="Status">Whether it was appended.</param>
/// <param name="Position">Where it is; for a duplicate, where the first one is; default for a reused id.</param>
public readonly record struct AppendResult(AppendStatus Status, LogPosition Position);

/// <summary>Whether an entry was appended.</summary>
public enum AppendStatus : byte
{
    /// <summary>It was.</summary>
    Accepted = 0,
    /// <summary>The same event had been appended before, within the dedup window.</summary>
    Duplicate = 1,
    /// <summary>Another event had been appended under the same id, within the dedup window; this one was not.</summary>
    IdReused = 2,
}

/// <summary>One durable record.</summary>
/// <param name="Offset">Its offset in its partition.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Body">The event as the event codec wrote it; empty when the user's events were erased.</param>
public readonly record struct LogRecord(long Offset, UserKey User, ReadOnlyMemory<byte> Body);

/// <summary>Too much is waiting to be appended.</summary>
/// <param name="retryAfter">When trying again makes sense.</param>
public sealed class EventLogOverloadedException(TimeSpan retryAfter)
    : Exception($"The event log has too much waiting; try again in {retryAfter.TotalMilliseconds:F0} ms.")
{
    /// <summary>When trying again makes sense.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
