namespace Personalization.Storage.Sqlite.Internal;

/// <summary>
/// What waits for the writer, in two lanes: appends to the event log, and everything else. Each transaction takes some of
/// both, so that neither a flood of states delays the acknowledgement of events nor the other way round. What nobody waits
/// for goes with what somebody does, or when it has waited for as long as it may.
/// </summary>
/// <param name="patience">How long that is.</param>
internal sealed class WriteQueue(TimeSpan patience)
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
    private bool _urgent;
    private bool _closed;

    /// <summary>Puts an operation in its lane.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public void Enqueue(WriteOperation operation, bool isAppend)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
            (isAppend ? _appends : _others).Enqueue(operation);
            if (!operation.IsPatient)
            {
                _urgent = true;
                Signal();
            }
            else if (_appends.Count + _others.Count == 1)
            {
                // The writer begins to count.
                Signal();
            }
        }
    }

    /// <summary>Lets nothing more in. What is in is still taken out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _urgent = true;
            Signal();
        }
    }

    /// <summary>Takes what the next transaction shall hold; waits for something to be there, and that somebody waits for it. False when closed and empty.</summary>
    public bool Take(List<WriteOperation> batch)
    {
        batch.Clear();
        var waited = false;
        while (true)
        {
            bool any;
            lock (_gate)
            {
                any = _appends.Count + _others.Count > 0;
                if (any && (_urgent || waited))
                {
                    Move(_appends, EventsPerCommit, batch);
                    Move(_others, OthersPerCommit, batch);

                    // What is left over has waited already.
                    _urgent = _appends.Count + _others.Count > 0;
                    return true;
                }

                if (_closed)
                {
                    return false;
                }

                _signalled = false;
            }

            waited = !_available.Wait(any ? patience : Timeout.InfiniteTimeSpan);
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
