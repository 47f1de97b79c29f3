using System.Collections.Concurrent;

namespace Personalization.Storage.Sqlite.Internal;

/// <summary>
/// Connections for reading, kept for the next reader up to a number. A reader never waits: when all are taken it gets a
/// connection of its own.
/// </summary>
internal sealed class ReadPool(string path, int keep) : IDisposable
{
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads with one of the connections.</summary>
    public TResult Read<TArgument, TResult>(TArgument argument, Func<Database, TArgument, TResult> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_idle.TryTake(out var database))
        {
            database = Database.OpenForReading(path);
        }

        try
        {
            return read(database, argument);
        }
        finally
        {
            Return(database);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var database))
        {
            database.Dispose();
        }
    }

    private void Return(Database database)
    {
        if (_disposed || _idle.Count >= keep)
        {
            database.Dispose();
            return;
        }

        _idle.Add(database);
        if (_disposed)
        {
            Dispose();
        }
    }
}
