using SQLitePCL;

namespace Personalization.Storage.Sqlite.Internal;

/// <summary>A prepared statement. Parameters count from 1, columns from 0.</summary>
internal sealed class Statement(sqlite3 database, sqlite3_stmt handle) : IDisposable
{
    public Statement Bind(int index, long value) => Bound(raw.sqlite3_bind_int64(handle, index, value));

    public Statement Bind(int index, string value) => Bound(raw.sqlite3_bind_text(handle, index, value));

    public Statement Bind(int index, ReadOnlySpan<byte> value) => Bound(
        value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));

    public Statement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public Statement BindNull(int index) => Bound(raw.sqlite3_bind_null(handle, index));

    /// <summary>Moves to the next row; false after the last.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(handle);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result == raw.SQLITE_DONE)
        {
            return false;
        }

        var failure = new SqliteFailureException(result, raw.sqlite3_errmsg(database).utf8_to_string());
        Reset();
        throw failure;
    }

    /// <summary>Runs a statement that returns no rows, and makes it ready for the next time.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Makes the statement ready for the next time. A read transaction ends here.</summary>
    public void Reset()
    {
        // Repeats the error of the step before it, which has been thrown already.
        raw.sqlite3_reset(handle);
        raw.sqlite3_clear_bindings(handle);
    }

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? string.Empty;

    /// <summary>A blob, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private Statement Bound(int result) => result == raw.SQLITE_OK
        ? this
        : throw new SqliteFailureException(result, raw.sqlite3_errmsg(database).utf8_to_string());
}
