namespace Personalization.Storage.Sqlite.Internal;

/// <summary>
/// What waits for the writer, in two lanes: appends to the event log, and everything else. Each transaction takes some of
/// both, so that neither a flood of states delays the acknowledgement of events nor the other way round.
/// </summary>
internal sealed class WriteQueue
{
    /// <summary>About so many events share a transaction at most: bounds its time, and so everyone's latency.</summary>
    private const int EventsPerCommit = 8192;

    /// <summary>About so many other writes share a transaction at most.</summary>
    private const int OthersPerCommit = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<WriteOperation> _appends = new();
    private readonly Queue<WriteOperation> _others = new();
    private readonly SemaphoreSlim _available = new(0);
    private bool _signalled;
    private bool _closed;

    /// <summary>Puts an operation in its lane.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public void Enqueue(WriteOperation operation, bool isAppend)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
            (isAppend ? _appends : _others).Enqueue(operation);
            Signal();
        }
    }

    /// <summary>Lets nothing more in. What is in is still taken out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Signal();
        }
    }

    /// <summary>Takes what the next transaction shall hold; waits for something to be there. False when closed and empty.</summary>
    public bool Take(List<WriteOperation> batch)
    {
        batch.Clear();
        while (true)
        {
            lock (_gate)
            {
                Move(_appends, EventsPerCommit, batch);
                Move(_others, OthersPerCommit, batch);
                if (batch.Count > 0)
                {
                    return true;
                }

                if (_closed)
                {
                    return false;
                }

                _signalled = false;
            }

            _available.Wait();
        }
    }

    private static void Move(Queue<WriteOperation> from, int atMost, List<WriteOperation> to)
    {
        for (var weight = 0; weight < atMost && from.TryDequeue(out var operation); weight += operation.Weight)
        {
            to.Add(operation);
        }
    }

    private void Signal()
    {
        // Only the writer's thread waits, and only once per empty queue: signalling each time would cost every caller.
        if (!_signalled)
        {
            _signalled = true;
            _available.Release();
        }
    }
}
