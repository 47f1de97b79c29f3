using Personalization.Domain.Ingestion;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite;

/// <summary>
/// Rejected events in the embedded store. The oldest go when there are more than
/// <see cref="SqliteStorageOptions.RejectedMaxCount"/> (looked after at every 64th of it) or when they are older than
/// <see cref="SqliteStorageOptions.RejectedMaxAge"/>. Bodies are encrypted under the store's own key.
/// </summary>
public sealed class SqliteRejectedEventStore : IRejectedEventStore
{
    private readonly GroupCommitWriter _writer;
    private readonly ReadPool _reads;
    private readonly UserSecret _secret;
    private readonly TimeProvider _time;
    private readonly int _maxCount;
    private readonly TimeSpan _maxAge;
    private int _addedSinceCounted = int.MaxValue;

    internal SqliteRejectedEventStore(
        GroupCommitWriter writer, ReadPool reads, UserKeyRing keys, TimeProvider time, SqliteStorageOptions options)
    {
        _writer = writer;
        _reads = reads;
        _secret = keys.Store;
        _time = time;
        _maxCount = options.RejectedMaxCount;
        _maxAge = options.RejectedMaxAge;
    }

    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyList<RejectedEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0)
        {
            return;
        }

        var rows = events.Select(e => (Event: e, Body: _secret.Seal(e.Body.Span, default))).ToArray();
        await _writer.WriteAsync(database => Add(database, rows), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRejectedEvent>> ListAsync(
        RejectedEventFilter filter, long beforeSequence, int maxEvents, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_reads.Read((this, filter, beforeSequence, maxEvents), List));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRejectedEvent>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_reads.Read((this, sequences), Get));
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        long[] copy = [.. sequences];
        await _writer.WriteAsync(
            database =>
            {
                foreach (var sequence in copy)
                {
                    database.Prepare(Sql.Delete).Bind(1, sequence).Run();
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<int> RemoveUserAsync(UserKey user, CancellationToken cancellationToken)
    {
        if (user.Value is null)
        {
            throw new ArgumentException("The user key is empty: expected u:{id} or a:{id}.", nameof(user));
        }

        return _writer.WriteAsync(
            database =>
            {
                database.Prepare(Sql.DeleteUser).Bind(1, user.Value).Run();
                return database.Changes;
            },
            cancellationToken);
    }

    private static IReadOnlyList<StoredRejectedEvent> List(
        Database database, (SqliteRejectedEventStore Store, RejectedEventFilter Filter, long Before, int Max) a)
    {
        var events = new List<StoredRejectedEvent>();
        var select = database.Prepare(a.Filter.Reason is null ? Sql.List : Sql.ListReason)
            .Bind(1, a.Before)
            .Bind(2, (long?)a.Filter.Status)
            .Bind(3, a.Max);
        if (a.Filter.Reason is { } reason)
        {
            select.Bind(4, reason);
        }

        while (select.Step())
        {
            events.Add(a.Store.Read(select));
        }

        select.Reset();
        return events;
    }

    private static IReadOnlyList<StoredRejectedEvent> Get(
        Database database, (SqliteRejectedEventStore Store, IReadOnlyList<long> Sequences) a)
    {
        var events = new List<StoredRejectedEvent>(a.Sequences.Count);
        foreach (var sequence in a.Sequences)
        {
            var select = database.Prepare(Sql.Get).Bind(1, sequence);
            if (select.Step())
            {
                events.Add(a.Store.Read(select));
            }

            select.Reset();
        }

        return events;
    }

    private StoredRejectedEvent Read(Statement row) => new(
        row.Int64(0),
        new RejectedEvent(
            row.Text(1),
            row.Text(2),
            (IngestStatus)row.Int64(3),
            row.Text(4),
            row.Text(5),
            DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(6)),
            _secret.Open(row.Blob(7))));

    private bool Add(Database database, (RejectedEvent Event, byte[] Body)[] rows)
    {
        foreach (var (rejected, body) in rows)
        {
            database.Prepare(Sql.Insert)
                .Bind(1, rejected.EventId)
                .Bind(2, rejected.User)
                .Bind(3, (long)rejected.Status)
                .Bind(4, rejected.Reason)
                .Bind(5, rejected.Detail)
                .Bind(6, rejected.At.ToUnixTimeMilliseconds())
                .Bind(7, body)
                .Run();
        }

        database.Prepare(Sql.DeleteOld).Bind(1, (_time.GetUtcNow() - _maxAge).ToUnixTimeMilliseconds()).Run();
        _addedSinceCounted = (int)Math.Min(int.MaxValue, (long)_addedSinceCounted + rows.Length);
        if (_addedSinceCounted >= _maxCount / 64)
        {
            database.Prepare(Sql.DeleteBeyond).Bind(1, _maxCount).Run();
            _addedSinceCounted = 0;
        }

        return true;
    }

    private static class Sql
    {
        private const string Columns = "SELECT sequence, event_id, user, status, reason, detail, at_ms, body FROM rejected_event ";

        public const string Get = Columns + "WHERE sequence = ?1";

        public const string List =
            Columns + "WHERE sequence < ?1 AND (?2 IS NULL OR status = ?2) ORDER BY sequence DESC LIMIT ?3";

        public const string ListReason =
            Columns + "WHERE reason = ?4 AND sequence < ?1 AND (?2 IS NULL OR status = ?2) ORDER BY sequence DESC LIMIT ?3";

        public const string Insert =
            "INSERT INTO rejected_event (event_id, user, status, reason, detail, at_ms, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

        public const string Delete = "DELETE FROM rejected_event WHERE sequence = ?1";

        public const string DeleteUser = "DELETE FROM rejected_event WHERE user = ?1 AND user <> ''";

        public const string DeleteOld = "DELETE FROM rejected_event WHERE at_ms < ?1";

        public const string DeleteBeyond =
            "DELETE FROM rejected_event WHERE sequence <= (SELECT sequence FROM rejected_event ORDER BY sequence DESC LIMIT 1 OFFSET ?1)";
    }
}
