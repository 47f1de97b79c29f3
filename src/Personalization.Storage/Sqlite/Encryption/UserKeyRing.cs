using System.Collections.Concurrent;
using System.Security.Cryptography;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Encryption;

/// <summary>
/// All users' keys: the ones in use in memory, the others in the file, wrapped. A new user's key is made in memory and
/// written in the same transaction as the first thing that is sealed under it.
/// </summary>
internal sealed class UserKeyRing : IUserKeyStore, IWriteParticipant, IDisposable
{
    /// <summary>The number and the name of the store's own key.</summary>
    public const long StoreNumber = 0;
    private const string StoreName = "*";

    private readonly ReadPool _reads;
    private readonly MasterKey _master;
    private readonly ConcurrentDictionary<string, UserSecret> _byUser = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, UserSecret> _byNumber = new();
    private readonly KeyCacheClock _clock;
    private readonly Lock[] _stripes = [.. Enumerable.Range(0, 64).Select(static _ => new Lock())];
    private readonly HashSet<UserSecret> _staged = [];
    private readonly ConcurrentDictionary<long, bool> _destroyed = new();
    private GroupCommitWriter? _writer;
    private long _lastNumber;
    private volatile bool _anyDestroyed;

    private UserKeyRing(ReadPool reads, MasterKey master, int capacity, long lastNumber)
    {
        _reads = reads;
        _master = master;
        _clock = new KeyCacheClock(capacity, Drop);
        _lastNumber = lastNumber;
    }

    /// <summary>The store's own key, for what belongs to no user and shall not be readable in the file all the same.</summary>
    public UserSecret Store { get; private set; } = null!;

    /// <inheritdoc/>
    public bool NeedsMaintenance => false;

    /// <summary>Opens the ring, and makes the store's own key in a new store.</summary>
    /// <exception cref="InvalidOperationException">The master key is not the store's.</exception>
    public static UserKeyRing Open(Database database, ReadPool reads, MasterKey master, int capacity)
    {
        var last = database.Prepare(Sql.LastNumber);
        last.Step();
        var ring = new UserKeyRing(reads, master, capacity, last.Int64(0));
        last.Reset();
        try
        {
            ring.Store = Load(database, (StoreNumber, master)) ?? ring.MakeStoreKey(database);
        }
        catch (CryptographicException e)
        {
            throw new InvalidOperationException("The master key is not the one that this store was made with.", e);
        }

        return ring;
    }

    /// <summary>Whether a file has keys already, so that it needs the master key it was made with.</summary>
    public static bool HasKeys(Database database)
    {
        var any = database.Prepare(Sql.LastNumber);
        any.Step();
        var has = !any.IsNull(1);
        any.Reset();
        return has;
    }

    /// <summary>Tells the ring who writes for it.</summary>
    public void Attach(GroupCommitWriter writer) => _writer = writer;

    /// <summary>The key to seal a user's data under; made when there is none.</summary>
    public UserSecret For(UserKey user)
    {
        if (_byUser.TryGetValue(user.Value, out var known))
        {
            known.RecentlyUsed = true;
            return known;
        }

        lock (StripeOf(user.Value))
        {
            if (_byUser.TryGetValue(user.Value, out known))
            {
                return known;
            }

            // What is not stored yet stays in memory, so what is not in memory is in the file or nowhere.
            var secret = _reads.Read((user.Value, _master), LoadLive)
                ?? _master.Create(Interlocked.Increment(ref _lastNumber), user.Value);
            _byUser[user.Value] = secret;
            _byNumber[secret.Number] = secret;
            _clock.Add(secret);
            return secret;
        }
    }

    /// <summary>The key that a stored record names.</summary>
    /// <exception cref="FormatException">There is no such key.</exception>
    public UserSecret Find(long number)
    {
        if (number == StoreNumber)
        {
            return Store;
        }

        if (_byNumber.TryGetValue(number, out var known))
        {
            known.RecentlyUsed = true;
            return known;
        }

        var user = _reads.Read(number, LoadUser) ?? throw new FormatException($"A record names the user key {number}, which is not there.");
        lock (StripeOf(user))
        {
            if (_byNumber.TryGetValue(number, out known))
            {
                return known;
            }

            // Read again under the lock that a destruction takes, so that no destroyed key comes back to life here.
            var secret = _reads.Read((number, _master), Load)!;
            _byNumber[number] = secret;
            if (!secret.IsDestroyed)
            {
                _byUser[user] = secret;
            }

            _clock.Add(secret);
            return secret;
        }
    }

    /// <summary>Whether nothing sealed under a key may be shown any more.</summary>
    public bool IsDestroyed(UserSecret secret) =>
        secret.IsDestroyed || (_anyDestroyed && _destroyed.ContainsKey(secret.Number));

    /// <summary>The numbers of all keys that a user has or had.</summary>
    public IReadOnlySet<long> NumbersOf(UserKey user) => _reads.Read(user.Value, LoadNumbers);

    /// <summary>Has a key's row written in this transaction, unless it is written already. On the writer's thread.</summary>
    public void Stage(Database database, UserSecret secret)
    {
        if (secret.IsStored || !_staged.Add(secret))
        {
            return;
        }

        var insert = database.Prepare(Sql.Insert).Bind(1, secret.Number).Bind(2, secret.User);
        if (secret.IsDestroyed)
        {
            insert.BindNull(3);
        }
        else
        {
            insert.Bind(3, secret.Wrapped);
        }

        insert.Run();
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DestroyAsync(UserKey user, CancellationToken cancellationToken)
    {
        if (user.Value is null)
        {
            throw new ArgumentException("The user key is empty: expected u:{id} or a:{id}.", nameof(user));
        }

        var destroyed = await _writer!.WriteAsync(
            database => Destroy(database, user.Value), cancellationToken, number => Forget(user.Value, number)).ConfigureAwait(false);

        // The write-ahead log is emptied right after the commit of the destruction, and so before this one.
        await _writer.WriteAsync(static _ => true, cancellationToken).ConfigureAwait(false);
        return destroyed is not null;
    }

    /// <inheritdoc/>
    public void BeforeCommit(Database database)
    {
    }

    /// <inheritdoc/>
    public void AfterCommit()
    {
        foreach (var secret in _staged)
        {
            secret.MarkStored();
        }

        _staged.Clear();
    }

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

    /// <inheritdoc/>
    public void Dispose() => _master.Dispose();

    private static long? Destroy(Database database, string user)
    {
        var select = database.Prepare(Sql.SelectLive).Bind(1, user);
        long? number = select.Step() ? select.Int64(0) : null;
        select.Reset();
        if (number is not { } live)
        {
            return null;
        }

        // The wrapped key must be gone from the page, not only from the row.
        database.Execute("PRAGMA secure_delete = ON");
        try
        {
            database.Prepare(Sql.Destroy).Bind(1, live).Run();
        }
        finally
        {
            database.Execute("PRAGMA secure_delete = OFF");
        }

        return live;
    }

    private void Forget(string user, long? number)
    {
        lock (StripeOf(user))
        {
            if (number is { } gone)
            {
                // Others may still hold the secret from before it was dropped from the cache and read again.
                _destroyed[gone] = true;
                _writer!.EmptyWriteAheadLog();
                _anyDestroyed = true;
                if (_byNumber.TryRemove(gone, out var read))
                {
                    read.Destroy();
                }
            }

            if (_byUser.TryRemove(user, out var secret))
            {
                secret.Destroy();
            }
        }
    }

    private void Drop(UserSecret secret)
    {
        // By value: the user may have a newer key by now.
        _byUser.TryRemove(KeyValuePair.Create(secret.User, secret));
        _byNumber.TryRemove(KeyValuePair.Create(secret.Number, secret));
    }

    private UserSecret MakeStoreKey(Database database)
    {
        var secret = _master.Create(StoreNumber, StoreName);
        Stage(database, secret);
        AfterCommit();
        return secret;
    }

    private Lock StripeOf(string user) => _stripes[Domain.Ingestion.StableHash.Of(user) % (ulong)_stripes.Length];

    private static UserSecret? LoadLive(Database database, (string User, MasterKey Master) key)
    {
        var select = database.Prepare(Sql.SelectLive).Bind(1, key.User);
        var secret = select.Step() ? key.Master.Unwrap(select.Int64(0), key.User, select.Blob(1).ToArray()) : null;
        select.Reset();
        return secret;
    }

    private static UserSecret? Load(Database database, (long Number, MasterKey Master) key)
    {
        var select = database.Prepare(Sql.SelectByNumber).Bind(1, key.Number);
        try
        {
            if (!select.Step())
            {
                return null;
            }

            var user = select.Text(0);
            return select.IsNull(1)
                ? UserSecret.Destroyed(key.Number, user)
                : key.Master.Unwrap(key.Number, user, select.Blob(1).ToArray());
        }
        finally
        {
            select.Reset();
        }
    }

    private static string? LoadUser(Database database, long number)
    {
        var select = database.Prepare(Sql.SelectByNumber).Bind(1, number);
        var user = select.Step() ? select.Text(0) : null;
        select.Reset();
        return user;
    }

    private static IReadOnlySet<long> LoadNumbers(Database database, string user)
    {
        var numbers = new HashSet<long>();
        var select = database.Prepare(Sql.SelectNumbers).Bind(1, user);
        while (select.Step())
        {
            numbers.Add(select.Int64(0));
        }

        select.Reset();
        return numbers;
    }

    private static class Sql
    {
        public const string LastNumber = "SELECT coalesce(max(number), 0), max(number) FROM user_key";
        public const string SelectLive = "SELECT number, wrapped FROM user_key WHERE user = ?1 AND wrapped IS NOT NULL";
        public const string SelectByNumber = "SELECT user, wrapped FROM user_key WHERE number = ?1";
        public const string SelectNumbers = "SELECT number FROM user_key WHERE user = ?1";
        public const string Insert = "INSERT INTO user_key (number, user, wrapped) VALUES (?1, ?2, ?3)";
        public const string Destroy = "UPDATE user_key SET wrapped = NULL WHERE number = ?1";
    }
}
