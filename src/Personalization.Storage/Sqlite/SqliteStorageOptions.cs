using Personalization.Domain.Ingestion;

namespace Personalization.Storage.Sqlite;

/// <summary>How the embedded store works.</summary>
public sealed class SqliteStorageOptions
{
    private const int DedupEntries = 1 << 20;

    /// <summary>The file. Its folder must exist. Beside it come <c>-wal</c>, <c>-shm</c>, <c>.lock</c> and perhaps <c>.key</c>.</summary>
    public string Path { get; set; } = "personalization.db";

    /// <summary>
    /// How many partitions the event log has: 1 to 16384. Fixed when the file is made; another value later is refused. Null: as many
    /// as the file has, and 16 for a new one. Each folds one batch at a time: with more than there are processors to keep busy,
    /// batches are smaller and cost more.
    /// </summary>
    public int? PartitionCount { get; set; }

    /// <summary>What "durable" means.</summary>
    public SqliteDurability Durability { get; set; } = SqliteDurability.Fsync;

    /// <summary>
    /// The key that users' keys are sealed under: 32 bytes in base64. Null: a key file, made when it is not there.
    /// </summary>
    public string? MasterKey { get; set; }

    /// <summary>The key file for when <see cref="MasterKey"/> is null. Null: <see cref="Path"/> with <c>.key</c> added.</summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>How many events may wait for their commit before appends are turned away, 1 to 10,000,000.</summary>
    public int MaxPendingAppends { get; set; } = 65_536;

    /// <summary>How many bytes of events may wait for their commit before appends are turned away, at least 1 MiB.</summary>
    public long MaxPendingBytes { get; set; } = 128L << 20;

    /// <summary>How many other writes may wait; the next ones wait outside until there is room. 1 to 10,000,000.</summary>
    public int MaxPendingWrites { get; set; } = 16_384;

    /// <summary>
    /// How many of the last events of each partition are known by their ids, so that a repeated one is told from a new
    /// one: 0 to 16,777,216. Each costs 52 bytes of memory. Null: 1,048,576 of all partitions together.
    /// </summary>
    public int? DedupEntriesPerPartition { get; set; }

    /// <summary>For how long at most an event is known by its id.</summary>
    public TimeSpan DedupAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// After how many bytes of new records (before encryption's overhead) they are moved into the partitions' blocks: 64 KiB
    /// to 1 GiB. They and as many before them are kept in memory, where readers that keep up find them; commits wait while they are
    /// moved, some 20 ms a MiB.
    /// </summary>
    public int CompactionBytes { get; set; } = 1 << 20;

    /// <summary>How many users' keys are kept ready, at least 16. Each costs about 1.5 KiB of memory.</summary>
    public int CachedUserKeys { get; set; } = 32_768;

    /// <summary>How many of the last events of each partition are known by their ids, in a log of so many partitions.</summary>
    public int DedupEntriesOf(int partitions) => DedupEntriesPerPartition ?? DedupEntries / partitions;

    /// <summary>How many rejected events are kept, at least 1; the oldest go first.</summary>
    public int RejectedMaxCount { get; set; } = 100_000;

    /// <summary>For how long rejected events are kept.</summary>
    public TimeSpan RejectedMaxAge { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>When a write counts as durable.</summary>
public enum SqliteDurability
{
    /// <summary>
    /// When the disk has it (<c>synchronous=FULL</c>): nothing acknowledged is lost when the process is killed, the
    /// operating system crashes or the power fails.
    /// </summary>
    Fsync = 0,

    /// <summary>
    /// When the operating system has it (<c>synchronous=NORMAL</c>): nothing acknowledged is lost when the process is
    /// killed; the last seconds may be when the machine goes down. What is left is consistent in either case.
    /// </summary>
    OsBuffered = 1,
}
