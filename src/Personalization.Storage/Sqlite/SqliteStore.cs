using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Personalization.Domain.Consent;
using Personalization.Domain.Storage;
using Personalization.Storage.Sqlite.Decisions;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Events;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite;

/// <summary>
/// The embedded store: one file that holds the event log, grain states, documents, decisions and rejected events. One
/// server owns a file.
/// </summary>
public sealed class SqliteStore : IAsyncDisposable, IDisposable
{
    /// <summary>A version is the number of the opening of the file and, below it, a count of so many bits.</summary>
    private const int VersionBits = 40;

    private readonly string _path;
    private readonly StoreLock _lock;
    private readonly Database _database;
    private readonly Checkpointer _checkpointer;
    private readonly ReadPool _reads;
    private readonly UserKeyRing _keys;
    private readonly GroupCommitWriter _writer;
    private readonly EventAppender _appender;
    private readonly ILogger _logger;
    private long _lastVersion;
    private int _closed;

    private SqliteStore(SqliteStorageOptions options, StoreLock @lock, Database database, TimeProvider time, ILogger logger)
    {
        _path = options.Path;
        _lock = @lock;
        _database = database;
        _checkpointer = new Checkpointer(options.Path, database);
        _logger = logger;
        _reads = new ReadPool(options.Path, keep: Math.Max(4, 2 * Environment.ProcessorCount));

        try
        {
            _keys = OpenKeys(options);
            var decisions = new DecisionAppender(_keys);
            (_writer, _appender, Events) = OpenEvents(options, time, decisions);
            _keys.Attach(_writer);
            Documents = new SqliteDocumentStore(_writer, _reads, _keys, time);
            Decisions = new SqliteDecisionLog(_writer, decisions, _reads, _keys);
            Rejected = new SqliteRejectedEventStore(_writer, _reads, _keys, time, options);
            _lastVersion = SchemaSetup.OpenedTimes(database) << VersionBits;
            _writer.Start();
        }
        catch
        {
            _reads.Dispose();
            throw;
        }
    }

    /// <summary>The event log.</summary>
    public SqliteEventLog Events { get; }

    /// <summary>Small durable directories.</summary>
    public SqliteDocumentStore Documents { get; }

    /// <summary>The decisions that were made.</summary>
    public SqliteDecisionLog Decisions { get; }

    /// <summary>The events that were turned away.</summary>
    public SqliteRejectedEventStore Rejected { get; }

    /// <summary>The keys that users' data is encrypted under.</summary>
    public IUserKeyStore UserKeys => _keys;

    /// <summary>Whether the store works.</summary>
    public IStorageHealth Health => _writer;

    /// <summary>The writer.</summary>
    internal GroupCommitWriter Writer => _writer;

    /// <summary>The connections for reading.</summary>
    internal ReadPool Reads => _reads;

    /// <summary>The keys, for the parts that seal with them.</summary>
    internal UserKeyRing Keys => _keys;

    /// <summary>A version that this file has never seen.</summary>
    internal long NextVersion() => Interlocked.Increment(ref _lastVersion);

    /// <summary>Opens a store; makes it when it is not there.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="time">What time it is; null for the system's clock.</param>
    /// <param name="logger">Gets what the store has to say; null for nobody.</param>
    /// <exception cref="OptionsValidationException">An option is out of its range.</exception>
    /// <exception cref="IOException">Another server has the file open, or it cannot be opened.</exception>
    /// <exception cref="InvalidOperationException">
    /// The file was made with other settings (partition count, master key), or by a later version of this software.
    /// </exception>
    /// <exception cref="Domain.Ingestion.EventLogCorruptException">Acknowledged events cannot be read back.</exception>
    public static SqliteStore Open(SqliteStorageOptions options, TimeProvider? time = null, ILogger<SqliteStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (new SqliteStorageOptionsValidator().Validate(null, options) is { Failed: true } invalid)
        {
            throw new OptionsValidationException(nameof(SqliteStorageOptions), typeof(SqliteStorageOptions), invalid.Failures);
        }

        var @lock = StoreLock.Take(options.Path);
        Database? database = null;
        try
        {
            database = SchemaSetup.OpenAndMigrate(options);
            return new SqliteStore(options, @lock, database, time ?? TimeProvider.System, logger ?? NullLogger<SqliteStore>.Instance);
        }
        catch (SqliteFailureException e)
        {
            database?.Dispose();
            @lock.Dispose();
            throw new IOException($"The store '{options.Path}' cannot be opened: {e.Message}", e);
        }
        catch
        {
            database?.Dispose();
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Moves all records of the event log into their partitions' blocks now, as happens by itself every
    /// <see cref="SqliteStorageOptions.CompactionBytes"/>. Completes when it is done.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The store could not write.</exception>
    public async ValueTask CompactAsync(CancellationToken cancellationToken)
    {
        await _writer.WriteAsync(_ => Request(), cancellationToken).ConfigureAwait(false);

        // Housekeeping follows the commit of the request, and this one comes after it.
        await _writer.WriteAsync(static _ => true, cancellationToken).ConfigureAwait(false);

        bool Request()
        {
            _appender.RequestCompaction();
            return true;
        }
    }

    /// <summary>Writes what waits, moves the write-ahead log into the file, and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await _writer.StopAsync().ConfigureAwait(false);
        _reads.Dispose();
        try
        {
            _checkpointer.Truncate();
        }
        catch (SqliteFailureException e)
        {
            StorageLog.CheckpointFailed(_logger, e);
        }

        _checkpointer.Dispose();
        _database.Dispose();
        _keys.Dispose();
        Decisions.Dispose();
        _lock.Dispose();
        StorageLog.Closed(_logger, _path);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private UserKeyRing OpenKeys(SqliteStorageOptions options)
    {
        var isNew = !UserKeyRing.HasKeys(_database);
        var master = new MasterKey(MasterKeySource.Find(options, isNew, _logger));
        return UserKeyRing.Open(_database, _reads, master, options.CachedUserKeys);
    }

    private (GroupCommitWriter Writer, EventAppender Appender, SqliteEventLog Events) OpenEvents(
        SqliteStorageOptions options, TimeProvider time, DecisionAppender decisions)
    {
        var dedupSeconds = (uint)Math.Min(uint.MaxValue, options.DedupAge.TotalSeconds);
        var partitions = new PartitionState[SchemaSetup.PartitionsOf(_database)];
        var dedupEntries = options.DedupEntriesOf(partitions.Length);
        for (var i = 0; i < partitions.Length; i++)
        {
            partitions[i] = new PartitionState(i, new DedupWindow(dedupEntries, dedupSeconds));
        }

        var reader = new EventReader(partitions, _keys, _reads);
        var recovery = new EventLogRecovery(partitions, _keys, reader, _reads, _logger);
        recovery.Run(_database, dedupEntries, (time.GetUtcNow() - options.DedupAge).ToUnixTimeMilliseconds());

        var subscriptions = new LogSubscriptions(_logger);
        var backlog = new AppendBacklog(options.MaxPendingAppends, options.MaxPendingBytes, time);
        var appender = new EventAppender(partitions, _keys, backlog, time, options.CompactionBytes, subscriptions.Publish);
        appender.Restore(recovery.LastSegment, recovery.UncompactedBytes);
        var writer = new GroupCommitWriter(_database, _checkpointer, [_keys, appender, decisions], options.MaxPendingWrites, _logger);
        StorageLog.Opened(_logger, _path, partitions.Length, options.Durability, recovery.UncompactedRecords);
        return (writer, appender, new SqliteEventLog(partitions, writer, appender, backlog, reader, _keys, subscriptions));
    }
}
