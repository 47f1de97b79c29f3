namespace Personalization.Grains.Ingestion;

/// <summary>
/// Lets only so many partitions of a silo work at a time. All of them at once would not be faster, for the processors are
/// as many as they are, but whoever waits for an acknowledgement or a recommendation would stand behind all of them. While
/// a partition waits its log grows, and its next batch saves calls.
/// </summary>
/// <remarks>
/// Folding into users and passing on to products and policies have places of their own: a policy that is slow to take
/// must not keep users' events from their users.
/// </remarks>
/// <param name="places">How many may fold, and how many may pass on; at least 1.</param>
/// <param name="time">The clock.</param>
public sealed class PumpGate(int places, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _folding = new(places);
    private readonly SemaphoreSlim _passing = new(places);

    /// <summary>What share of the time folding may take.</summary>
    public FoldShare Share { get; } = new();

    /// <summary>Waits for a place to fold into users.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Gives the place back when it is disposed of, once.</returns>
    public ValueTask<Place> EnterToFoldAsync(CancellationToken cancellationToken) => EnterAsync(_folding, cancellationToken);

    /// <summary>Waits for a place to pass on what was folded; as <see cref="EnterToFoldAsync"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Place> EnterToPassOnAsync(CancellationToken cancellationToken) => EnterAsync(_passing, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _folding.Dispose();
        _passing.Dispose();
    }

    private async ValueTask<Place> EnterAsync(SemaphoreSlim free, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);

        // Goes once through the queue that all work goes through, and so knows how long it is.
        var probe = new Probe(time);
        ThreadPool.UnsafeQueueUserWorkItem(probe, preferLocal: false);
        Share.Observe(await probe.Delay);
        return new Place(this, free, time.GetTimestamp());
    }

    private void Leave(SemaphoreSlim free, long entered)
    {
        var rest = Share.RestAfter(time.GetElapsedTime(entered));
        if (rest < TimeSpan.FromMilliseconds(1))
        {
            free.Release();
        }
        else
        {
            // The place rests, and not the partition: what it has done is done.
            _ = ReleaseAfterAsync(free, rest);
        }
    }

    private async Task ReleaseAfterAsync(SemaphoreSlim free, TimeSpan rest)
    {
        await Task.Delay(rest, time).ConfigureAwait(false);
        try
        {
            free.Release();
        }
        catch (ObjectDisposedException)
        {
            // The silo has stopped meanwhile.
        }
    }

    /// <summary>A place.</summary>
    public readonly struct Place : IDisposable
    {
        private readonly PumpGate _gate;
        private readonly SemaphoreSlim _free;
        private readonly long _entered;

        internal Place(PumpGate gate, SemaphoreSlim free, long entered)
        {
            _gate = gate;
            _free = free;
            _entered = entered;
        }

        /// <summary>Gives it back.</summary>
        public void Dispose() => _gate.Leave(_free, _entered);
    }

    private sealed class Probe(TimeProvider time) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<TimeSpan> _delay = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly long _queued = time.GetTimestamp();

        public Task<TimeSpan> Delay => _delay.Task;

        public void Execute() => _delay.SetResult(time.GetElapsedTime(_queued));
    }
}
