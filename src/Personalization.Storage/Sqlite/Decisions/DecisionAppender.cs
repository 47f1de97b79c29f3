using System.Buffers;
using Personalization.Domain.Serialization;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Decisions;

/// <summary>A decision that is ready to be appended.</summary>
internal readonly record struct SealedDecision(long AtMs, UserSecret Secret, byte[] Sealed);

/// <summary>Writes all decisions of a transaction as one block. On the writer's thread only.</summary>
internal sealed class DecisionAppender(UserKeyRing keys) : IWriteParticipant
{
    private readonly List<SealedDecision> _staged = [];

    /// <inheritdoc/>
    public bool NeedsMaintenance => false;

    /// <summary>Adds decisions to the transaction in progress.</summary>
    public bool Append(Database database, SealedDecision[] decisions)
    {
        foreach (var decision in decisions)
        {
            keys.Stage(database, decision.Secret);
        }

        _staged.AddRange(decisions);
        return true;
    }

    /// <inheritdoc/>
    public void BeforeCommit(Database database)
    {
        if (_staged.Count > 0)
        {
            var block = DecisionBlock.Of(_staged);
            database.Prepare(Sql.Insert)
                .Bind(1, block.FirstMs)
                .Bind(2, block.LastMs)
                .Bind(3, block.Count)
                .Bind(4, block.Records)
                .Bind(5, Crc32C.Of(block.Records))
                .Run();
        }
    }

    /// <inheritdoc/>
    public void AfterCommit() => _staged.Clear();

    /// <inheritdoc/>
    public void AfterComplete()
    {
    }

    /// <inheritdoc/>
    public void AfterRollback() => _staged.Clear();

    /// <inheritdoc/>
    public void Maintain(Database database)
    {
    }

    private static class Sql
    {
        public const string Insert =
            "INSERT INTO decision_block (first_ms, last_ms, count, records, crc) VALUES (?1, ?2, ?3, ?4, ?5)";
    }
}

/// <summary>A block of decisions.</summary>
internal sealed record DecisionBlock(long FirstMs, long LastMs, int Count, byte[] Records)
{
    /// <summary>A record in a block.</summary>
    public readonly record struct Entry(long UserNumber, long AtMs, byte[] Sealed);

    public static DecisionBlock Of(IReadOnlyList<SealedDecision> decisions) =>
        Of([.. decisions.Select(d => new Entry(d.Secret.Number, d.AtMs, d.Sealed))]);

    /// <param name="entries">At least one.</param>
    public static DecisionBlock Of(IReadOnlyList<Entry> entries)
    {
        var firstMs = entries.Min(e => e.AtMs);
        var output = new ArrayBufferWriter<byte>(entries.Sum(e => e.Sealed.Length + 16));
        var writer = new StateWriter(output);
        foreach (var entry in entries)
        {
            writer.UInt((ulong)entry.UserNumber);
            writer.UInt((ulong)(entry.AtMs - firstMs));
            writer.Bytes(entry.Sealed);
        }

        return new DecisionBlock(firstMs, entries.Max(e => e.AtMs), entries.Count, output.WrittenSpan.ToArray());
    }

    /// <summary>Reads the records of a stored block.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static List<Entry> Read(long sequence, long firstMs, ReadOnlySpan<byte> records, uint crc)
    {
        if (Crc32C.Of(records) != crc)
        {
            throw Damaged(null);
        }

        try
        {
            var entries = new List<Entry>();
            var reader = new StateReader(records);
            while (!reader.AtEnd)
            {
                entries.Add(new Entry((long)reader.UInt(), firstMs + (long)reader.UInt(), reader.Bytes().ToArray()));
            }

            return entries;
        }
        catch (FormatException e)
        {
            throw Damaged(e);
        }

        InvalidDataException Damaged(Exception? cause) => new(
            $"Block {sequence} of the decision log, from {DateTimeOffset.FromUnixTimeMilliseconds(firstMs):O} on, is damaged.", cause);
    }
}
