using Personalization.Domain.Ingestion;

namespace Personalization.Storage.Sqlite.Internal;

/// <summary>Opens the file for its writer and brings its schema up to date.</summary>
internal static class SchemaSetup
{
    private const string PartitionCount = "partition_count";
    private const string OpenCount = "open_count";

    /// <exception cref="InvalidOperationException">The file is of a later version or has another partition count.</exception>
    public static Database OpenAndMigrate(SqliteStorageOptions options)
    {
        var database = Database.OpenForWriting(options.Path);
        try
        {
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute(options.Durability == SqliteDurability.Fsync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");

            // Checkpoints are the checkpointer's: here each 16 MiB would wait in somebody's commit.
            database.Execute("PRAGMA wal_autocheckpoint = 0");

            // 16 MiB. After many a commit SQLite looks through all of it for pages beyond the end of the file.
            database.Execute("PRAGMA cache_size = -16384");
            Migrate(database, options.Path);
            RequirePartitions(database, options);
            database.Prepare(Sql.CountOpening).Bind(1, OpenCount).Run();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>How many partitions the event log has.</summary>
    public static int PartitionsOf(Database database) => (int)Meta(database, PartitionCount)!.Value;

    /// <summary>How often the file has been opened: different at each opening.</summary>
    public static long OpenedTimes(Database database) => Meta(database, OpenCount) ?? 0;

    private static void Migrate(Database database, string path)
    {
        var select = database.Prepare(Sql.UserVersion);
        select.Step();
        var version = (int)select.Int64(0);
        select.Reset();
        if (version > Schema.Version)
        {
            throw new InvalidOperationException(
                $"The store '{path}' has schema version {version}; this software knows versions up to {Schema.Version}. Use a later one.");
        }

        for (; version < Schema.Version; version++)
        {
            database.Execute($"BEGIN IMMEDIATE; {Schema.Migrations[version]} PRAGMA user_version = {version + 1}; COMMIT;");
        }
    }

    private static void RequirePartitions(Database database, SqliteStorageOptions options)
    {
        var stored = Meta(database, PartitionCount);
        if (stored is null)
        {
            database.Prepare(Sql.InsertMeta).Bind(1, PartitionCount).Bind(2, options.PartitionCount ?? Partitions.DefaultCount).Run();
        }
        else if (options.PartitionCount is { } count && stored != count)
        {
            throw new InvalidOperationException(
                $"The store '{options.Path}' has {stored} partitions and {nameof(options.PartitionCount)} is {options.PartitionCount}. "
                + "The number is fixed when a store is made, for it decides where each user's events are.");
        }
    }

    private static long? Meta(Database database, string name)
    {
        var select = database.Prepare(Sql.SelectMeta).Bind(1, name);
        long? value = select.Step() ? select.Int64(0) : null;
        select.Reset();
        return value;
    }

    private static class Sql
    {
        public const string UserVersion = "PRAGMA user_version";
        public const string SelectMeta = "SELECT value FROM meta WHERE name = ?1";
        public const string InsertMeta = "INSERT INTO meta (name, value) VALUES (?1, ?2)";
        public const string CountOpening = "INSERT INTO meta (name, value) VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1";
    }
}
