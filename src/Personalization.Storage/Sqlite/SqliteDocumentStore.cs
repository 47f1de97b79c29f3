using System.Text;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Storage;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite;

/// <summary>Documents in the embedded store.</summary>
public sealed class SqliteDocumentStore : IDocumentStore
{
    private const int MaxCollectionLength = 64;
    private const int MaxKeyLength = 512;

    /// <summary>How many expired documents one sweep removes: it shares the transaction of a write.</summary>
    private const int SweepSize = 1000;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly GroupCommitWriter _writer;
    private readonly ReadPool _reads;
    private readonly UserKeyRing _keys;
    private readonly TimeProvider _time;
    private long _nextSweepMs;

    internal SqliteDocumentStore(GroupCommitWriter writer, ReadPool reads, UserKeyRing keys, TimeProvider time)
    {
        _writer = writer;
        _reads = reads;
        _keys = keys;
        _time = time;
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public ValueTask<Document?> GetAsync(string collection, string key, CancellationToken cancellationToken)
    {
        Require(collection, nameof(collection), MaxCollectionLength);
        Require(key, nameof(key), MaxKeyLength);
        cancellationToken.ThrowIfCancellationRequested();
        var found = _reads.Read((this, collection, key, NowMs), static (database, a) =>
        {
            var select = database.Prepare(Sql.Get).Bind(1, a.collection).Bind(2, a.key).Bind(3, a.NowMs);
            try
            {
                return select.Step() ? a.Item1.Open(a.collection, select) : null;
            }
            finally
            {
                select.Reset();
            }
        });
        return ValueTask.FromResult(found);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Document>> ScanAsync(string collection, string afterKey, int limit, CancellationToken cancellationToken)
    {
        Require(collection, nameof(collection), MaxCollectionLength);
        ArgumentNullException.ThrowIfNull(afterKey);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_reads.Read((this, collection, afterKey, limit, NowMs), Scan));
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string collection, IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        Require(collection, nameof(collection), MaxCollectionLength);
        ArgumentNullException.ThrowIfNull(writes);
        if (writes.Count == 0)
        {
            return;
        }

        var rows = new Row[writes.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            Require(writes[i].Key, $"writes[{i}].key", MaxKeyLength);
            rows[i] = Seal(collection, writes[i]);
        }

        await _writer.WriteAsync(database => Put(database, collection, rows), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string collection, string key, CancellationToken cancellationToken)
    {
        Require(collection, nameof(collection), MaxCollectionLength);
        Require(key, nameof(key), MaxKeyLength);
        var nowMs = NowMs;
        return _writer.WriteAsync(
            database =>
            {
                var select = database.Prepare(Sql.Get).Bind(1, collection).Bind(2, key).Bind(3, nowMs);
                var wasThere = select.Step();
                select.Reset();
                database.Prepare(Sql.Delete).Bind(1, collection).Bind(2, key).Run();
                return wasThere;
            },
            cancellationToken);
    }

    private static IReadOnlyList<Document> Scan(
        Database database, (SqliteDocumentStore Store, string Collection, string AfterKey, int Limit, long NowMs) a)
    {
        var documents = new List<Document>();
        var select = database.Prepare(Sql.Scan).Bind(1, a.Collection).Bind(2, a.AfterKey).Bind(3, a.NowMs);
        try
        {
            // Not limited by the statement: documents of erased owners are there and do not count.
            while (documents.Count < a.Limit && select.Step())
            {
                if (a.Store.Open(a.Collection, select) is { } document)
                {
                    documents.Add(document);
                }
            }
        }
        finally
        {
            select.Reset();
        }

        return documents;
    }

    private static byte[] Binding(string collection, string key) => Encoding.UTF8.GetBytes($"{collection}\0{key}");

    private static void Require(string value, string name, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (value.Length == 0 || value.Length > maxLength)
        {
            throw new ArgumentException($"{name} has {value.Length} characters: expected 1 to {maxLength}.", name);
        }
    }

    private Row Seal(string collection, in DocumentWrite write)
    {
        var secret = write.Owner is { } owner ? _keys.For(owner) : null;
        ReadOnlyMemory<byte> body = secret is null
            ? write.Body.ToArray()
            : secret.Seal(write.Body.Span, Binding(collection, write.Key));
        return new Row(write.Key, write.ExpiresAt?.ToUnixTimeMilliseconds(), secret, body);
    }

    private bool Put(Database database, string collection, Row[] rows)
    {
        foreach (var row in rows)
        {
            if (row.Secret is { } secret)
            {
                _keys.Stage(database, secret);
            }

            database.Prepare(Sql.Put)
                .Bind(1, collection)
                .Bind(2, row.Key)
                .Bind(3, row.ExpiresMs)
                .Bind(4, row.Secret?.Number)
                .Bind(5, row.Body.Span)
                .Run();
        }

        Sweep(database);
        return true;
    }

    private void Sweep(Database database)
    {
        var nowMs = NowMs;
        if (nowMs < _nextSweepMs)
        {
            return;
        }

        database.Prepare(Sql.Sweep).Bind(1, nowMs).Bind(2, SweepSize).Run();
        _nextSweepMs = database.Changes < SweepSize ? nowMs + (long)SweepEvery.TotalMilliseconds : nowMs;
    }

    private Document? Open(string collection, Statement row)
    {
        var key = row.Text(0);
        if (row.IsNull(1))
        {
            return new Document(key, row.Blob(2).ToArray());
        }

        var secret = _keys.Find(row.Int64(1));
        return !_keys.IsDestroyed(secret) && secret.Open(row.Blob(2), Binding(collection, key)) is { } body
            ? new Document(key, body)
            : null;
    }

    private readonly record struct Row(string Key, long? ExpiresMs, UserSecret? Secret, ReadOnlyMemory<byte> Body);

    private static class Sql
    {
        public const string Get =
            """
            SELECT key, user_number, body FROM document
            WHERE collection = ?1 AND key = ?2 AND (expires_ms IS NULL OR expires_ms > ?3)
            """;

        public const string Scan =
            """
            SELECT key, user_number, body FROM document
            WHERE collection = ?1 AND key > ?2 AND (expires_ms IS NULL OR expires_ms > ?3)
            ORDER BY key
            """;

        public const string Put =
            """
            INSERT INTO document (collection, key, expires_ms, user_number, body) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (collection, key) DO UPDATE
            SET expires_ms = excluded.expires_ms, user_number = excluded.user_number, body = excluded.body
            """;

        public const string Delete = "DELETE FROM document WHERE collection = ?1 AND key = ?2";

        public const string Sweep =
            """
            DELETE FROM document WHERE (collection, key) IN
                (SELECT collection, key FROM document WHERE expires_ms IS NOT NULL AND expires_ms <= ?1 LIMIT ?2)
            """;
    }
}
