using Orleans.Storage;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Storage;
using Personalization.Storage.Sqlite;
using Personalization.Storage.Sqlite.Internal;
using Personalization.StorageContract.Tests.Contract;

namespace Personalization.StorageContract.Tests.Sqlite;

/// <summary>The embedded store in a folder of its own.</summary>
public sealed class SqliteStoreFactory : IStoreFactory
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("personalization-store-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "store.db");

    public SqliteStorageOptions Options(StoreSettings settings) => new()
    {
        Path = Path,
        PartitionCount = settings.PartitionCount,
        MaxPendingAppends = settings.MaxPendingAppends,
        DedupEntriesPerPartition = settings.DedupEntriesPerPartition,
        DedupAge = settings.DedupAge,
        CompactionBytes = 64 << 10,
        CachedUserKeys = 16,
        RejectedMaxCount = settings.RejectedMaxCount,
        RejectedMaxAge = settings.RejectedMaxAge,
    };

    public ValueTask<IOpenStore> OpenAsync(StoreSettings settings) =>
        ValueTask.FromResult<IOpenStore>(new OpenStore(SqliteStore.Open(Options(settings), settings.Time), Path));

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private sealed class OpenStore(SqliteStore store, string path) : IOpenStore
    {
        public IEventLog Events => store.Events;

        public IEventLogRetention Retention => store.Events;

        public IUserKeyStore UserKeys => store.UserKeys;

        public IStorageHealth Health => store.Health;

        public IDocumentStore Documents => store.Documents;

        public IDecisionLog Decisions => store.Decisions;

        public IRejectedEventStore Rejected => store.Rejected;

        public IGrainStorage GrainStorage { get; } = new SqliteGrainStorage(store, CounterStates.Codecs());

        public IDisposable StallWrites() => new Stall(path);

        public async ValueTask AgeAsync() => await store.CompactAsync(CancellationToken.None);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }

    /// <summary>Another connection's write transaction: the store's writer waits for it.</summary>
    private sealed class Stall : IDisposable
    {
        private readonly Database _database;

        public Stall(string path)
        {
            _database = Database.OpenForWriting(path);
            _database.Execute("BEGIN IMMEDIATE");
        }

        public void Dispose() => _database.Dispose();
    }
}
