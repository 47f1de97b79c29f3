using SQLitePCL;

namespace Personalization.Storage.Sqlite.Internal;

/// <summary>SQLite said no.</summary>
internal sealed class SqliteFailureException(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>True when the disk or the file is the cause, and not what was asked for.</summary>
    public bool IsDiskFailure => (Code & 0xFF) is
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_CORRUPT
        or raw.SQLITE_NOTADB or raw.SQLITE_NOMEM or raw.SQLITE_PERM or raw.SQLITE_BUSY;
}
