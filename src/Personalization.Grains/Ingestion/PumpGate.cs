namespace Personalization.Grains.Ingestion;

/// <summary>
/// Lets only so many partitions of a silo work at a time. All of them at once would not be faster, for the processors are
/// as many as they are, but whoever waits for an acknowledgement or a recommendation would stand behind all of them. While
/// a partition waits its log grows, and its next batch saves calls.
/// </summary>
/// <remarks>
/// Folding into users and passing on to products and policies have places of their own: a policy that is slow to take
/// must not keep users' events from their users. A batch that has been read and scored goes first: it has waited for its
/// turn once already.
/// </remarks>
/// <param name="places">How many may fold, and how many may pass on; at least 1.</param>
/// <param name="time">The clock.</param>
public sealed class PumpGate(int places, TimeProvider time)
{
    private readonly PlaceQueue _folding = new(places);
    private readonly PlaceQueue _passing = new(places);

    /// <summary>What share of the time folding may take.</summary>
    public FoldShare Share { get; } = new(time);

    /// <summary>Waits for a place to fold into users.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Gives the place back when it is disposed of, once.</returns>
    public ValueTask<Place> EnterToFoldAsync(CancellationToken cancellationToken) => EnterAsync(_folding, ahead: false, cancellationToken);

    /// <summary>Waits for a place to fold what has been read and scored, before those who have not; as <see cref="EnterToFoldAsync"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Place> EnterToFoldScoredAsync(CancellationToken cancellationToken) => EnterAsync(_folding, ahead: true, cancellationToken);

    /// <summary>Waits for a place to pass on what was folded; as <see cref="EnterToFoldAsync"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Place> EnterToPassOnAsync(CancellationToken cancellationToken) => EnterAsync(_passing, ahead: false, cancellationToken);

    private async ValueTask<Place> EnterAsync(PlaceQueue places, bool ahead, CancellationToken cancellationToken)
    {
        await places.EnterAsync(ahead, cancellationToken);

        // Goes once through the queue that all work goes through, and so knows how long it is.
        var probe = new Probe(time);
        ThreadPool.UnsafeQueueUserWorkItem(probe, preferLocal: false);
        Share.Observe(await probe.Delay);
        return new Place(this, places, time.GetTimestamp());
    }

    private void Leave(PlaceQueue places, long entered)
    {
        var rest = Share.RestAfter(time.GetElapsedTime(entered));
        if (rest < TimeSpan.FromMilliseconds(1))
        {
            places.Leave();
        }
        else
        {
            // The place rests, and not the partition: what it has done is done.
            _ = LeaveAfterAsync(places, rest);
        }
    }

    private async Task LeaveAfterAsync(PlaceQueue places, TimeSpan rest)
    {
        await Task.Delay(rest, time).ConfigureAwait(false);
        places.Leave();
    }

    /// <summary>A place.</summary>
    public readonly struct Place : IDisposable
    {
        private readonly PumpGate _gate;
        private readonly PlaceQueue _places;
        private readonly long _entered;

        internal Place(PumpGate gate, PlaceQueue places, long entered)
        {
            _gate = gate;
            _places = places;
            _entered = entered;
        }

        /// <summary>Gives it back.</summary>
        public void Dispose() => _gate.Leave(_places, _entered);
    }

    private sealed class Probe(TimeProvider time) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<TimeSpan> _delay = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly long _queued = time.GetTimestamp();

        public Task<TimeSpan> Delay => _delay.Task;

        public void Execute() => _delay.SetResult(time.GetElapsedTime(_queued));
    }
}
