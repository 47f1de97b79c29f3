using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>The reading half of the event log: the last records from memory, older ones from their blocks.</summary>
internal sealed class EventReader(PartitionState[] partitions, UserKeyRing keys, ReadPool reads)
{
    /// <summary>Reads records of a partition from after an offset.</summary>
    /// <exception cref="EventLogCorruptException">They are damaged.</exception>
    public IReadOnlyList<LogRecord> Read(int partition, long afterOffset, int maxRecords)
    {
        var state = partitions[partition];
        if (afterOffset >= state.Tail)
        {
            return [];
        }

        return state.TryRead(Math.Max(afterOffset, state.TrimmedTo), maxRecords, out var recent)
            ? Array.ConvertAll(recent, FromMemory)
            : reads.Read((this, state, afterOffset, maxRecords), static (database, a) => a.Item1.ReadBlocks(database, a.state, a.afterOffset, a.maxRecords));
    }

    /// <summary>Hands each record of the blocks of a partition from an offset on to a function, opened.</summary>
    /// <param name="database">Where to read.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="fromOffset">The first offset wanted.</param>
    /// <param name="visit">Gets the record and its plaintext (null when erased); returns whether it wants more.</param>
    /// <exception cref="EventLogCorruptException">A block is damaged, or missing.</exception>
    public void Visit(Database database, int partition, long fromOffset, Func<BlockRecord, bool> visit)
    {
        var expected = fromOffset;
        var select = database.Prepare(Sql.SelectBlocks)
            .Bind(1, Schema.BlockKey(partition, fromOffset))
            .Bind(2, Schema.BlockKey(partition, 0))
            .Bind(3, Schema.BlockKey(partition + 1, 0));
        try
        {
            while (select.Step())
            {
                var first = Schema.OffsetOf(select.Int64(0));
                var count = (int)select.Int64(1);
                if (first > expected && first - 1 > TrimmedTo(database, partition))
                {
                    throw new EventLogCorruptException(partition, expected, first - 1, "these records are missing.");
                }

                if (!VisitBlock(select, partition, first, count, fromOffset, visit))
                {
                    return;
                }

                expected = first + count;
            }
        }
        finally
        {
            select.Reset();
        }
    }

    private static long TrimmedTo(Database database, int partition)
    {
        var select = database.Prepare(Sql.SelectTrimmed).Bind(1, partition);
        var to = select.Step() ? select.Int64(0) : 0;
        select.Reset();
        return to;
    }

    private IReadOnlyList<LogRecord> ReadBlocks(Database database, PartitionState state, long afterOffset, int maxRecords)
    {
        var from = Math.Max(afterOffset, state.TrimmedTo) + 1;
        var records = new List<LogRecord>(Math.Min(maxRecords, 1024));
        Visit(database, state.Index, from, record =>
        {
            records.Add(new LogRecord(record.Offset, record.Secret.UserKey, Body(record.Plain)));
            return records.Count < maxRecords;
        });
        if (records.Count > 0)
        {
            return records;
        }

        // No blocks any more: they have been trimmed since, or somebody else removed them.
        return state.TryRead(Math.Max(afterOffset, TrimmedTo(database, state.Index)), maxRecords, out var recent)
            ? Array.ConvertAll(recent, FromMemory)
            : throw new EventLogCorruptException(state.Index, from, state.CompactedTo, "these records are missing.");
    }

    private bool VisitBlock(Statement row, int partition, long first, int count, long fromOffset, Func<BlockRecord, bool> visit)
    {
        var bytes = row.Blob(3);
        if (Crc32C.Of(bytes) != (uint)row.Int64(4))
        {
            throw new EventLogCorruptException(partition, first, first + count - 1, "the block does not match its checksum.");
        }

        try
        {
            var reader = new StateReader(bytes);
            for (var offset = first; offset < first + count; offset++)
            {
                var number = (long)reader.UInt();
                var at = row.Int64(2) + (long)reader.UInt();
                var sealedBytes = reader.Bytes();
                if (offset < fromOffset)
                {
                    continue;
                }

                var secret = keys.Find(number);
                if (!visit(new BlockRecord(offset, at, secret, keys.IsDestroyed(secret) ? null : secret.Open(sealedBytes))))
                {
                    return false;
                }
            }

            return true;
        }
        catch (FormatException e)
        {
            throw new EventLogCorruptException(partition, first, first + count - 1, "the block cannot be read.", e);
        }
    }

    private LogRecord FromMemory(TailRecord record) => new(
        record.Offset,
        record.Secret.UserKey,
        keys.IsDestroyed(record.Secret) || record.Plain.IsEmpty ? default : record.Plain[RecordLayout.BodyStart..]);

    private static ReadOnlyMemory<byte> Body(byte[]? plain) =>
        plain is null ? default : plain.AsMemory(RecordLayout.BodyStart);

    private static class Sql
    {
        public const string SelectBlocks =
            """
            SELECT key, count, first_ms, records, crc FROM event_block
            WHERE key >= coalesce((SELECT max(key) FROM event_block WHERE key <= ?1 AND key >= ?2), ?1) AND key < ?3
            ORDER BY key
            """;

        public const string SelectTrimmed = "SELECT trimmed_to FROM event_trim WHERE partition = ?1";
    }
}

/// <summary>A record of a block.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="CommittedMs">When it became durable.</param>
/// <param name="Secret">The key it is sealed under.</param>
/// <param name="Plain">As <see cref="RecordLayout"/> says; null when it is erased.</param>
internal readonly record struct BlockRecord(long Offset, long CommittedMs, UserSecret Secret, byte[]? Plain);
