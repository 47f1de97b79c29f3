namespace Personalization.Storage.Sqlite.Internal;

/// <summary>
/// Moves the write-ahead log into the file. The bulk is copied by another thread while the writer goes on; the writer itself
/// only copies what came in meanwhile, so that a commit never waits for megabytes.
/// </summary>
internal sealed class Checkpointer(string path, Database writer) : IDisposable
{
    /// <summary>16 MiB: the copy begins.</summary>
    private const uint CopyAt = 4_000;

    /// <summary>256 MiB: the disk cannot keep up, and the writer waits for the copy.</summary>
    private const uint WaitAt = 64_000;

    /// <summary>1 MiB: what the writer may be left with, for it waits for the disk to have it.</summary>
    private const long LeftOver = 256;

    /// <summary>Each pass has what came in during the last one; should the disk be slower than what comes in, that does not get less.</summary>
    private const int MostPasses = 5;

    private Database? _copier;
    private Task? _copy;
    private int _pagesAtStart = writer.PagesWritten;

    /// <summary>Looks after the write-ahead log after a commit. On the writer's thread.</summary>
    public void AfterCommit()
    {
        var pages = unchecked((uint)(writer.PagesWritten - _pagesAtStart));
        if (_copy is null)
        {
            if (pages >= CopyAt)
            {
                _copy = Task.Run(Copy);
            }

            return;
        }

        if (_copy.IsCompleted || pages >= WaitAt)
        {
            FinishCopy();
            _pagesAtStart = writer.PagesWritten;

            // With everything copied, the next write begins the log anew.
            writer.Checkpoint(truncate: false);
        }
    }

    /// <summary>Copies everything and cuts the log to nothing. False when a reader was in the way for too long.</summary>
    public bool Truncate()
    {
        FinishCopy();
        return writer.Checkpoint(truncate: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            FinishCopy();
        }
        catch (SqliteFailureException)
        {
            // Whatever ails the disk, the log is still there and is copied when the store is opened again.
        }

        _copier?.Dispose();
    }

    private void FinishCopy()
    {
        var copy = _copy;
        _copy = null;
        copy?.GetAwaiter().GetResult();
    }

    private void Copy()
    {
        _copier ??= Database.OpenForWriting(path);
        var (before, pass) = (0L, 0);
        while (_copier.Checkpoint(truncate: false, out var inFile) && inFile - before > LeftOver && ++pass < MostPasses)
        {
            before = inFile;
        }
    }
}
