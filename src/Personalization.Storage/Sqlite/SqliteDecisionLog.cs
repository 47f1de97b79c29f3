using System.Buffers;
using System.Runtime.CompilerServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Serialization;
using Personalization.Storage.Sqlite.Decisions;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite;

/// <summary>The decision log in the embedded store: one block per group commit, each decision encrypted under its user's key.</summary>
public sealed class SqliteDecisionLog : IDecisionLog, IDisposable
{
    /// <summary>How many blocks are read, or rewritten, at a time.</summary>
    private const int Page = 32;

    private readonly GroupCommitWriter _writer;
    private readonly DecisionAppender _appender;
    private readonly ReadPool _reads;
    private readonly UserKeyRing _keys;

    // Two removals that rewrote the same block from what they had read would undo one another.
    private readonly SemaphoreSlim _oneRemoval = new(1);

    internal SqliteDecisionLog(GroupCommitWriter writer, DecisionAppender appender, ReadPool reads, UserKeyRing keys)
    {
        _writer = writer;
        _appender = appender;
        _reads = reads;
        _keys = keys;
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<LoggedDecision> decisions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        if (decisions.Count == 0)
        {
            return;
        }

        var prepared = new SealedDecision[decisions.Count];
        var plain = new ArrayBufferWriter<byte>(512);
        for (var i = 0; i < prepared.Length; i++)
        {
            prepared[i] = Seal(decisions[i], i, plain);
        }

        await _writer.WriteAsync(database => _appender.Append(database, prepared), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A block is damaged.</exception>
    public async IAsyncEnumerable<LoggedDecision> ScanAsync(
        DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (fromMs, toMs) = (CeilingMs(from), CeilingMs(to));
        for (long after = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var blocks = _reads.Read((after, fromMs, toMs), SelectPage);
            foreach (var (sequence, entries) in blocks)
            {
                after = sequence;
                foreach (var entry in entries)
                {
                    if (entry.AtMs >= fromMs && entry.AtMs < toMs && Open(entry) is { } decision)
                    {
                        yield return decision;
                    }
                }
            }

            if (blocks.Count < Page)
            {
                yield break;
            }

            // The pages before this one were read without waiting for anything.
            await Task.Yield();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> RemoveUserAsync(UserKey user, CancellationToken cancellationToken)
    {
        if (user.Value is null)
        {
            throw new ArgumentException("The user key is empty: expected u:{id} or a:{id}.", nameof(user));
        }

        await _oneRemoval.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await RemoveAsync(_keys.NumbersOf(user), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneRemoval.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> TrimAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var beforeMs = CeilingMs(before);
        return _writer.WriteAsync(
            database =>
            {
                var count = database.Prepare(Sql.CountBefore).Bind(1, beforeMs);
                count.Step();
                var removed = (int)count.Int64(0);
                count.Reset();
                database.Prepare(Sql.DeleteBefore).Bind(1, beforeMs).Run();
                return removed;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _oneRemoval.Dispose();

    /// <summary>The first whole millisecond that is not before a moment: what is stored is cut to milliseconds.</summary>
    private static long CeilingMs(DateTimeOffset moment)
    {
        var ms = moment.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(ms) < moment ? ms + 1 : ms;
    }

    private static List<(long Sequence, List<DecisionBlock.Entry> Entries)> SelectPage(
        Database database, (long After, long FromMs, long ToMs) range)
    {
        var blocks = new List<(long, List<DecisionBlock.Entry>)>(Page);
        var select = database.Prepare(Sql.SelectPage).Bind(1, range.After).Bind(2, range.FromMs).Bind(3, range.ToMs).Bind(4, Page);
        try
        {
            while (select.Step())
            {
                var sequence = select.Int64(0);
                blocks.Add((sequence, DecisionBlock.Read(sequence, select.Int64(1), select.Blob(2), (uint)select.Int64(3))));
            }
        }
        finally
        {
            select.Reset();
        }

        return blocks;
    }

    private static bool Rewrite(Database database, long sequence, List<DecisionBlock.Entry> left)
    {
        if (left.Count == 0)
        {
            database.Prepare(Sql.Delete).Bind(1, sequence).Run();
            return true;
        }

        var block = DecisionBlock.Of(left);
        database.Prepare(Sql.Update)
            .Bind(1, sequence)
            .Bind(2, block.FirstMs)
            .Bind(3, block.LastMs)
            .Bind(4, block.Count)
            .Bind(5, block.Records)
            .Bind(6, Crc32C.Of(block.Records))
            .Run();
        return true;
    }

    private async ValueTask<int> RemoveAsync(IReadOnlySet<long> userNumbers, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (long after = 0; ;)
        {
            var blocks = _reads.Read((after, long.MinValue, long.MaxValue), SelectPage);
            foreach (var (sequence, entries) in blocks)
            {
                after = sequence;
                var left = entries.FindAll(e => !userNumbers.Contains(e.UserNumber));
                if (left.Count < entries.Count)
                {
                    await _writer.WriteAsync(database => Rewrite(database, sequence, left), cancellationToken).ConfigureAwait(false);
                    removed += entries.Count - left.Count;
                }
            }

            if (blocks.Count < Page)
            {
                return removed;
            }
        }
    }

    private SealedDecision Seal(in LoggedDecision decision, int index, ArrayBufferWriter<byte> plain)
    {
        if (decision.User.Value is null)
        {
            throw new ArgumentException($"decisions[{index}].user is empty: expected u:{{id}} or a:{{id}}.", nameof(decision));
        }

        if (string.IsNullOrEmpty(decision.DecisionId))
        {
            throw new ArgumentException($"decisions[{index}].decision_id is empty.", nameof(decision));
        }

        plain.ResetWrittenCount();
        var writer = new StateWriter(plain);
        writer.Text(decision.DecisionId);
        plain.Write(decision.Body.Span);
        var secret = _keys.For(decision.User);
        return new SealedDecision(decision.At.ToUnixTimeMilliseconds(), secret, secret.Seal(plain.WrittenSpan, default));
    }

    private LoggedDecision? Open(DecisionBlock.Entry entry)
    {
        var secret = _keys.Find(entry.UserNumber);
        if (_keys.IsDestroyed(secret) || secret.Open(entry.Sealed) is not { } plain)
        {
            return null;
        }

        var reader = new StateReader(plain);
        var id = reader.Text();
        return new LoggedDecision(
            id, DateTimeOffset.FromUnixTimeMilliseconds(entry.AtMs), secret.UserKey, plain.AsMemory(plain.Length - reader.Rest.Length));
    }

    private static class Sql
    {
        public const string SelectPage =
            """
            SELECT sequence, first_ms, records, crc FROM decision_block
            WHERE sequence > ?1 AND last_ms >= ?2 AND first_ms < ?3 ORDER BY sequence LIMIT ?4
            """;

        public const string Update =
            "UPDATE decision_block SET first_ms = ?2, last_ms = ?3, count = ?4, records = ?5, crc = ?6 WHERE sequence = ?1";

        public const string Delete = "DELETE FROM decision_block WHERE sequence = ?1";

        public const string CountBefore = "SELECT coalesce(sum(count), 0) FROM decision_block WHERE last_ms < ?1";

        public const string DeleteBefore = "DELETE FROM decision_block WHERE last_ms < ?1";
    }
}
