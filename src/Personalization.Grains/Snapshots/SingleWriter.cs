namespace Personalization.Grains.Snapshots;

/// <summary>
/// Writes the state of a grain that many partitions contribute to. One write at a time, for the store refuses one that does
/// not follow the last; none for who has nothing in the state that is not persisted yet; and not all the time: the longer a
/// write takes, the longer the next one waits for others to share it. Belongs to one reentrant grain and runs in its turns.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="rest">How many times as long as it took the next write waits, up to three seconds.</param>
internal sealed class SingleWriter(TimeProvider time, double rest = 4)
{
    /// <summary>For states that grow with the catalogue: a twentieth of the time is enough for them.</summary>
    public const double LongRest = 19;

    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(3);

    // Every change has a number; a write persists those up to the one it began after.
    private readonly Dictionary<int, long> _lastChangeOf = [];
    private readonly Pace _pace = new(time, rest, s_longestRest);
    private Task _writing = Task.CompletedTask;
    private long _changes;
    private long _persisted;

    /// <summary>Something of a partition has been taken in.</summary>
    public void MarkDirty(int partition) => _lastChangeOf[partition] = ++_changes;

    /// <summary>Whether everything that was taken in of a partition is persisted.</summary>
    public bool IsPersisted(int partition) => _lastChangeOf.GetValueOrDefault(partition) <= _persisted;

    /// <summary>Completes when everything that was taken in of a partition is persisted. What comes meanwhile is for the next write.</summary>
    /// <param name="state">The state.</param>
    /// <param name="partition">The partition.</param>
    public Task WriteAsync<T>(IPersistentState<T> state, int partition) => WriteAsync(state.WriteStateAsync, partition);

    /// <summary>The same for a state that is not written whole each time.</summary>
    /// <param name="write">Persists everything that was taken in before it is called, or throws.</param>
    /// <param name="partition">The partition.</param>
    public Task WriteAsync(Func<Task> write, int partition) => WriteAsync(write, _lastChangeOf.GetValueOrDefault(partition), unhurried: true);

    /// <summary>Persists everything now: the grain goes away.</summary>
    /// <param name="state">The state.</param>
    public Task WriteAllAsync<T>(IPersistentState<T> state) => WriteAsync(state.WriteStateAsync, _changes, unhurried: false);

    private async Task WriteAsync(Func<Task> write, long upTo, bool unhurried)
    {
        while (_persisted < upTo)
        {
            if (!_writing.IsCompleted)
            {
                await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
            else if (unhurried && _pace.Left is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, time);
            }
            else
            {
                await (_writing = WriteNowAsync(write));
            }
        }
    }

    private async Task WriteNowAsync(Func<Task> write)
    {
        var changes = _changes;
        _pace.Begin();
        try
        {
            // What is written is encoded before the first await inside the store.
            await write();
            _persisted = Math.Max(_persisted, changes);
        }
        finally
        {
            _pace.End();
        }
    }
}
