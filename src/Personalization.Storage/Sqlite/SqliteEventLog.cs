using Personalization.Domain.Ingestion;
using Personalization.Domain.Storage;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Events;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite;

/// <summary>The event log in the embedded store. Belongs to a <see cref="SqliteStore"/>.</summary>
/// <remarks>
/// <para>
/// Each group commit appends one row with the new records of all partitions; every few megabytes those are moved into
/// blocks of one partition each. Records that are not in blocks yet, and those of the round before, are read from memory.
/// </para>
/// <para>
/// Dedup: each partition knows the ids of its last <see cref="SqliteStorageOptions.DedupEntriesPerPartition"/> events that
/// are not older than <see cref="SqliteStorageOptions.DedupAge"/>. The windows are read back from the log at open, but for
/// events of users whose key was destroyed.
/// </para>
/// <para>Reading may read the file on the caller's thread: the store is local.</para>
/// </remarks>
public sealed class SqliteEventLog : IEventLog, IEventLogRetention, IStorageHealth
{
    /// <summary>The largest body of one entry, in bytes.</summary>
    public const int MaxBodyBytes = 8 << 20;

    private readonly PartitionState[] _partitions;
    private readonly GroupCommitWriter _writer;
    private readonly EventAppender _appender;
    private readonly AppendBacklog _backlog;
    private readonly EventReader _reader;
    private readonly EntrySealer _sealer;
    private readonly LogSubscriptions _subscriptions;

    internal SqliteEventLog(
        PartitionState[] partitions,
        GroupCommitWriter writer,
        EventAppender appender,
        AppendBacklog backlog,
        EventReader reader,
        UserKeyRing keys,
        LogSubscriptions subscriptions)
    {
        _partitions = partitions;
        _writer = writer;
        _appender = appender;
        _backlog = backlog;
        _reader = reader;
        _sealer = new EntrySealer(keys, partitions.Length);
        _subscriptions = subscriptions;
    }

    /// <inheritdoc/>
    public int PartitionCount => _partitions.Length;

    /// <inheritdoc/>
    public int PendingAppends => _backlog.Entries;

    /// <inheritdoc/>
    public bool IsHealthy => _writer.IsHealthy;

    /// <inheritdoc/>
    public string? LastError => _writer.LastError;

    /// <inheritdoc/>
    /// <exception cref="StorageUnavailableException">The disk is full or failing; nothing of this call was appended.</exception>
    public ValueTask<AppendResult[]> AppendAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        cancellationToken.ThrowIfCancellationRequested();
        if (entries.Count == 0)
        {
            return ValueTask.FromResult(Array.Empty<AppendResult>());
        }

        var bytes = Validate(entries);
        _backlog.Reserve(entries.Count, bytes);
        AppendOperation operation;
        try
        {
            operation = new AppendOperation(_appender, _backlog, _sealer.Seal(entries, bytes), bytes);
            _writer.EnqueueAppend(operation);
        }
        catch
        {
            _backlog.Release(entries.Count, bytes);
            throw;
        }

        return new ValueTask<AppendResult[]>(
            cancellationToken.CanBeCanceled ? operation.Completion.WaitAsync(cancellationToken) : operation.Completion);
    }

    /// <inheritdoc/>
    /// <exception cref="EventLogCorruptException">The records are damaged.</exception>
    public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(
        int partition, long afterOffset, int maxRecords, CancellationToken cancellationToken)
    {
        RequirePartition(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(afterOffset);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_reader.Read(partition, afterOffset, maxRecords));
    }

    /// <inheritdoc/>
    public long Tail(int partition)
    {
        RequirePartition(partition);
        return _partitions[partition].Tail;
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<int, long> onAppended) => _subscriptions.Add(onAppended);

    /// <inheritdoc/>
    public ValueTask<long> TrimAsync(int partition, long belowOffset, CancellationToken cancellationToken)
    {
        RequirePartition(partition);
        ArgumentOutOfRangeException.ThrowIfLessThan(belowOffset, 1);
        var state = _partitions[partition];
        return _writer.WriteAsync(
            database => EventTrim.Execute(database, partition, belowOffset), cancellationToken, state.MarkTrimmed);
    }

    private static long Validate(IReadOnlyList<LogEntry> entries)
    {
        long bytes = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (entry.User.Value is null)
            {
                throw new ArgumentException($"entries[{i}].user is empty: expected u:{{id}} or a:{{id}}.", nameof(entries));
            }

            if (string.IsNullOrEmpty(entry.EventId))
            {
                throw new ArgumentException($"entries[{i}].event_id is empty: it tells a repeated event from a new one.", nameof(entries));
            }

            if (entry.Body.Length is 0 or > MaxBodyBytes)
            {
                throw new ArgumentException(
                    $"entries[{i}].body has {entry.Body.Length} bytes: expected 1 to {MaxBodyBytes}.", nameof(entries));
            }

            bytes += entry.Body.Length;
        }

        return bytes;
    }

    private void RequirePartition(int partition)
    {
        if ((uint)partition >= (uint)_partitions.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(partition), partition, $"Expected 0 to {_partitions.Length - 1}.");
        }
    }
}
