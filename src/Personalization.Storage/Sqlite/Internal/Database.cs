using SQLitePCL;

namespace Personalization.Storage.Sqlite.Internal;

/// <summary>One connection to the file, with its prepared statements. For one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly Dictionary<string, Statement> _statements = new(ReferenceEqualityComparer.Instance as IEqualityComparer<string>);

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle) => _handle = handle;

    /// <summary>How many rows the last change touched.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Opens the file for reading and writing; creates it when it is not there.</summary>
    public static Database OpenForWriting(string path) =>
        Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX);

    /// <summary>Opens the file for reading only.</summary>
    public static Database OpenForReading(string path)
    {
        // A reader of a WAL needs the shared-memory file, so it cannot be opened read-only altogether.
        var database = Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX);
        database.Execute("PRAGMA query_only = ON");
        return database;
    }

    /// <summary>Runs one or more statements without parameters.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>
    /// The prepared form of a statement, made at first use and kept. Statements are found by reference: pass constants.
    /// </summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, sql, Persistent, out var handle));
            statement = new Statement(_handle, handle);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>How many pages this connection has written; counts round and round.</summary>
    public int PagesWritten
    {
        get
        {
            raw.sqlite3_db_status(_handle, PagesWrittenStatus, out var pages, out _, 0);
            return pages;
        }
    }

    /// <summary>
    /// Moves what the write-ahead log holds into the file, as far as readers and the writer let it without waiting; or all of
    /// it, waiting for them, and cuts the log to nothing. False when something was in the way.
    /// </summary>
    public bool Checkpoint(bool truncate) => Checkpoint(truncate, out _);

    /// <summary>The same; says how many pages of the log are in the file now, of all that it has held since it was begun anew.</summary>
    public bool Checkpoint(bool truncate, out long inFile)
    {
        var checkpoint = Prepare(truncate ? TruncateSql : PassiveSql);
        var done = checkpoint.Step() && checkpoint.Int64(0) == 0;
        inFile = checkpoint.Int64(2);
        checkpoint.Reset();
        return done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _handle.Dispose();
    }

    private const uint Persistent = 1;
    private const int PagesWrittenStatus = 9;
    private const string TruncateSql = "PRAGMA wal_checkpoint(TRUNCATE)";
    private const string PassiveSql = "PRAGMA wal_checkpoint(PASSIVE)";

    private static Database Open(string path, int flags)
    {
        var result = raw.sqlite3_open_v2(path, out var handle, flags, null);
        if (result != raw.SQLITE_OK)
        {
            var message = handle is null ? raw.sqlite3_errstr(result).utf8_to_string() : raw.sqlite3_errmsg(handle).utf8_to_string();
            handle?.Dispose();
            throw new SqliteFailureException(result, $"{message} ({path})");
        }

        raw.sqlite3_extended_result_codes(handle, 1);
        raw.sqlite3_busy_timeout(handle, 10_000);
        return new Database(handle);
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw new SqliteFailureException(result, raw.sqlite3_errmsg(_handle).utf8_to_string());
        }
    }
}
