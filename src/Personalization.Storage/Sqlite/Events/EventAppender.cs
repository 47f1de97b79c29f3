using System.Buffers;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>
/// The writing half of the event log: gives offsets, tells repeated events from new ones, writes one segment per commit
/// and now and then moves segments into blocks. On the writer's thread only.
/// </summary>
internal sealed class EventAppender(
    PartitionState[] partitions,
    UserKeyRing keys,
    AppendBacklog backlog,
    TimeProvider time,
    int compactionBytes,
    Action<int, long> onAppended) : IWriteParticipant
{
    private const int BlockBytes = 64 * 1024;
    private const int BlockRecords = 2048;

    private readonly ArrayBufferWriter<byte> _records = new(256 * 1024);
    private readonly ArrayBufferWriter<byte> _directory = new(1024);
    private readonly List<PartitionState> _touched = [];
    private readonly List<(int Partition, long Tail)> _news = [];
    private long _segment;
    private long _nowMs;
    private long _startedAt;
    private int _staged;
    private long _uncompactedBytes;
    private long _compactAt = compactionBytes;
    private bool _compacting;

    /// <inheritdoc/>
    public bool NeedsMaintenance => _uncompactedBytes >= _compactAt;

    /// <summary>Makes compaction due now.</summary>
    public void RequestCompaction() => _compactAt = 0;

    /// <summary>Where a store that is being opened goes on.</summary>
    public void Restore(long lastSegment, long uncompactedBytes)
    {
        _segment = lastSegment;
        _uncompactedBytes = uncompactedBytes;
    }

    /// <summary>Appends the entries that are new to the transaction in progress.</summary>
    public AppendResult[] Append(Database database, PreparedEntry[] entries)
    {
        if (_staged == 0)
        {
            _nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            _startedAt = backlog.Now();
        }

        var results = new AppendResult[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            results[i] = Append(database, in entries[i]);
        }

        return results;
    }

    /// <inheritdoc/>
    public void BeforeCommit(Database database)
    {
        if (_staged == 0)
        {
            return;
        }

        var directory = new StateWriter(_directory);
        directory.UInt((ulong)_touched.Count);
        foreach (var partition in _touched)
        {
            directory.UInt((ulong)partition.Index);
            directory.UInt((ulong)partition.Staged[0].Offset);
        }

        database.Prepare(Sql.InsertSegment)
            .Bind(1, _segment + 1)
            .Bind(2, _nowMs)
            .Bind(3, _directory.WrittenSpan)
            .Bind(4, _records.WrittenSpan)
            .Bind(5, Crc32C.Of(_directory.WrittenSpan, _records.WrittenSpan))
            .Run();
    }

    /// <inheritdoc/>
    public void AfterCommit()
    {
        if (_compacting)
        {
            FinishCompaction();
        }

        if (_staged == 0)
        {
            return;
        }

        _segment++;
        _uncompactedBytes += _records.WrittenCount;
        foreach (var partition in _touched)
        {
            var hasNews = partition.HasNews;
            partition.Publish();
            if (hasNews)
            {
                _news.Add((partition.Index, partition.Tail));
            }
        }

        backlog.Measured(_staged, _startedAt);
        Clear();
    }

    /// <inheritdoc/>
    public void AfterComplete()
    {
        foreach (var (partition, tail) in _news)
        {
            onAppended(partition, tail);
        }

        _news.Clear();
    }

    /// <inheritdoc/>
    public void AfterRollback()
    {
        if (_compacting)
        {
            // Not before every commit from now on: the disk may be full for a long time.
            _compacting = false;
            _compactAt = _uncompactedBytes + compactionBytes;
        }

        foreach (var partition in _touched)
        {
            partition.Unstage();
        }

        Clear();
    }

    /// <inheritdoc/>
    public void Maintain(Database database)
    {
        _compacting = true;
        foreach (var partition in partitions)
        {
            var rest = partition.Uncompacted();
            while (!rest.IsEmpty)
            {
                rest = rest[WriteBlock(database, partition.Index, rest)..];
            }
        }

        database.Prepare(Sql.DeleteSegments).Bind(1, _segment).Run();
    }

    private AppendResult Append(Database database, in PreparedEntry entry)
    {
        var partition = partitions[entry.Partition];
        var nowSeconds = (uint)(_nowMs / 1000);
        if (partition.Dedup.TryFind(entry.Digest, nowSeconds, out var fingerprint, out var known))
        {
            return fingerprint == entry.Fingerprint
                ? new AppendResult(AppendStatus.Duplicate, new LogPosition(entry.Partition, known))
                : new AppendResult(AppendStatus.IdReused, default);
        }

        if (partition.Staged.Count == 0)
        {
            _touched.Add(partition);
        }

        var offset = partition.NextOffset;
        partition.Staged.Add(new TailRecord(offset, _nowMs, entry.Secret, entry.Sealed, entry.Plain));
        partition.HasNews |= !entry.IsQuiet;
        partition.Dedup.Add(entry.Digest, entry.Fingerprint, offset, nowSeconds);
        _staged++;

        var records = new StateWriter(_records);
        records.UInt((ulong)entry.Partition);
        records.UInt((ulong)entry.Secret.Number);
        records.Bytes(entry.Sealed.Span);
        keys.Stage(database, entry.Secret);
        return new AppendResult(AppendStatus.Accepted, new LogPosition(entry.Partition, offset));
    }

    /// <summary>Writes as many records as make a block, and says how many that is.</summary>
    private int WriteBlock(Database database, int partition, ReadOnlySpan<TailRecord> records)
    {
        // Its buffer is free: nothing is staged while the house is kept.
        _records.ResetWrittenCount();
        var writer = new StateWriter(_records);
        var firstMs = records[0].CommittedMs;
        var count = 0;
        while (count < records.Length && count < BlockRecords && _records.WrittenCount < BlockBytes)
        {
            ref readonly var record = ref records[count++];
            writer.UInt((ulong)record.Secret.Number);
            writer.UInt((ulong)Math.Max(0, record.CommittedMs - firstMs));
            writer.Bytes(record.Sealed.Span);
        }

        database.Prepare(Sql.InsertBlock)
            .Bind(1, Schema.BlockKey(partition, records[0].Offset))
            .Bind(2, count)
            .Bind(3, firstMs)
            .Bind(4, _records.WrittenSpan)
            .Bind(5, Crc32C.Of(_records.WrittenSpan))
            .Run();
        _records.ResetWrittenCount();
        return count;
    }

    private void FinishCompaction()
    {
        _compacting = false;
        _compactAt = compactionBytes;
        _uncompactedBytes = 0;
        foreach (var partition in partitions)
        {
            partition.MarkCompacted();
        }
    }

    private void Clear()
    {
        _touched.Clear();
        _directory.ResetWrittenCount();
        _records.ResetWrittenCount();
        _staged = 0;
    }

    private static class Sql
    {
        public const string InsertSegment =
            "INSERT INTO event_segment (sequence, committed_ms, directory, records, crc) VALUES (?1, ?2, ?3, ?4, ?5)";

        public const string InsertBlock =
            "INSERT INTO event_block (key, count, first_ms, records, crc) VALUES (?1, ?2, ?3, ?4, ?5)";

        public const string DeleteSegments = "DELETE FROM event_segment WHERE sequence <= ?1";
    }
}
