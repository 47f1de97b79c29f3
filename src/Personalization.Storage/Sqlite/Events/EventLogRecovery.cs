using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>Brings a log that is being opened to where it was: tails, records not compacted yet, dedup windows.</summary>
internal sealed class EventLogRecovery(PartitionState[] partitions, UserKeyRing keys, EventReader reader, ReadPool reads, ILogger logger)
{
    /// <summary>The number of the last segment.</summary>
    public long LastSegment { get; private set; }

    /// <summary>How many bytes of records are not compacted.</summary>
    public long UncompactedBytes { get; private set; }

    /// <summary>How many records are not compacted.</summary>
    public long UncompactedRecords { get; private set; }

    /// <summary>Reads everything back.</summary>
    /// <param name="database">The writer's connection.</param>
    /// <param name="dedupEntries">How many events per partition the dedup windows hold.</param>
    /// <param name="dedupFromMs">From when on.</param>
    /// <exception cref="EventLogCorruptException">A segment is damaged: what it held was acknowledged and is in no block yet.</exception>
    public void Run(Database database, int dedupEntries, long dedupFromMs)
    {
        foreach (var partition in partitions)
        {
            partition.Restore(LastInBlocks(database, partition.Index), TrimmedTo(database, partition.Index));
        }

        ReadSegments(database);
        if (dedupEntries > 0)
        {
            Parallel.ForEach(
                partitions,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                partition => RebuildDedup(partition, dedupEntries, dedupFromMs));
        }
    }

    private static long LastInBlocks(Database database, int partition)
    {
        var select = database.Prepare(Sql.LastBlock)
            .Bind(1, Schema.BlockKey(partition, 0))
            .Bind(2, Schema.BlockKey(partition + 1, 0));
        var last = select.Step() ? Schema.OffsetOf(select.Int64(0)) + select.Int64(1) - 1 : 0;
        select.Reset();
        return Math.Max(last, TrimmedTo(database, partition));
    }

    private static long TrimmedTo(Database database, int partition)
    {
        var select = database.Prepare(Sql.Trimmed).Bind(1, partition);
        var to = select.Step() ? select.Int64(0) : 0;
        select.Reset();
        return to;
    }

    private void ReadSegments(Database database)
    {
        var select = database.Prepare(Sql.Segments);
        while (select.Step())
        {
            LastSegment = select.Int64(0);
            ReadSegment(LastSegment, select.Int64(1), select.Blob(2), select.Blob(3), (uint)select.Int64(4));
        }

        select.Reset();
    }

    private void ReadSegment(long sequence, long committedMs, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> records, uint crc)
    {
        if (Crc32C.Of(directory, records) != crc)
        {
            throw Damaged(directory, $"segment {sequence} does not match its checksum.");
        }

        try
        {
            RequireToContinue(directory, sequence);
            var reader = new StateReader(records);
            while (!reader.AtEnd)
            {
                var partition = partitions[(int)reader.UInt()];
                var secret = keys.Find((long)reader.UInt());
                var sealedBytes = reader.Bytes().ToArray();
                partition.Staged.Add(new TailRecord(partition.NextOffset, committedMs, secret, sealedBytes, secret.Open(sealedBytes)));
                UncompactedRecords++;
            }
        }
        catch (FormatException e)
        {
            throw Damaged(directory, $"segment {sequence} cannot be read.", e);
        }

        UncompactedBytes += records.Length;
        foreach (var partition in partitions)
        {
            if (partition.Staged.Count > 0)
            {
                partition.Publish();
            }
        }
    }

    private void RequireToContinue(ReadOnlySpan<byte> directory, long sequence)
    {
        var reader = new StateReader(directory);
        for (var count = reader.UInt(); count > 0; count--)
        {
            var partition = partitions[(int)reader.UInt()];
            var first = (long)reader.UInt();
            if (first != partition.Tail + 1)
            {
                throw new EventLogCorruptException(
                    partition.Index, Math.Min(first, partition.Tail + 1), Math.Max(first, partition.Tail + 1) - 1,
                    $"segment {sequence} begins at {first}, but the log ends at {partition.Tail}.");
            }
        }
    }

    /// <summary>Names the places of a damaged segment as well as they can be known.</summary>
    private EventLogCorruptException Damaged(ReadOnlySpan<byte> directory, string detail, Exception? cause = null)
    {
        var index = 0;
        try
        {
            var reader = new StateReader(directory);
            var count = reader.UInt();
            index = (int)Math.Min(reader.UInt(), (ulong)partitions.Length - 1);
            detail += $" It holds acknowledged events of {count} partitions, of which this is the first; the last offset is not known.";
        }
        catch (FormatException)
        {
            detail += " Its directory is damaged, so its partitions are not known.";
        }

        var first = partitions[index].Tail + 1;
        return new EventLogCorruptException(index, first, first, detail, cause);
    }

    private void RebuildDedup(PartitionState partition, int entries, long fromMs)
    {
        var from = Math.Max(partition.TrimmedTo, partition.Tail - entries) + 1;
        try
        {
            if (from <= partition.CompactedTo)
            {
                reads.Read((reader, partition, from, fromMs), static (database, a) =>
                {
                    a.reader.Visit(
                        database, a.partition.Index, a.from, record => Learn(a.partition, record.Plain, record.Offset, record.CommittedMs, a.fromMs));
                    return true;
                });
            }
        }
        catch (EventLogCorruptException e)
        {
            // Whoever reads these records gets the error. Refusing to open would take the undamaged ones away as well.
            StorageLog.DedupIncomplete(logger, e);
        }

        foreach (ref readonly var record in partition.Uncompacted())
        {
            Learn(partition, record.Plain, record.Offset, record.CommittedMs, fromMs);
        }
    }

    private static bool Learn(PartitionState partition, ReadOnlyMemory<byte> plain, long offset, long committedMs, long fromMs)
    {
        if (!plain.IsEmpty && committedMs >= fromMs)
        {
            var (digest, fingerprint) = RecordLayout.ReadDigests(plain.Span);
            partition.Dedup.Add(digest, fingerprint, offset, (uint)(committedMs / 1000));
        }

        return true;
    }

    private static class Sql
    {
        public const string LastBlock = "SELECT key, count FROM event_block WHERE key >= ?1 AND key < ?2 ORDER BY key DESC LIMIT 1";
        public const string Trimmed = "SELECT trimmed_to FROM event_trim WHERE partition = ?1";
        public const string Segments = "SELECT sequence, committed_ms, directory, records, crc FROM event_segment ORDER BY sequence";
    }
}
