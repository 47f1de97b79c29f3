namespace Personalization.Grains.Ingestion;

/// <summary>
/// Lets the partitions of a silo do only so much at a time. All of them at once would not be faster, for the processors are
/// as many as they are, but whoever waits for an acknowledgement or a recommendation would stand behind all of them. While
/// a partition waits its log grows, and its next batch saves calls. What counts is how many records are being folded: when
/// there are few, hardly a partition waits for another.
/// </summary>
/// <remarks>
/// Folding into users and passing on to products and policies have places of their own: a policy that is slow to take
/// must not keep users' events from their users. A batch that has been read and scored goes first: it has waited for its
/// turn once already.
/// </remarks>
/// <param name="places">How many full batches may be folded, and how many may pass on what was folded, at a time; at least 1.</param>
/// <param name="batch">Records of a full batch; at least 1.</param>
/// <param name="time">The clock.</param>
public sealed class PumpGate(int places, int batch, TimeProvider time)
{
    /// <summary>A batch costs as much as about so many records before there is any in it.</summary>
    public const int RecordsOfNone = 16;

    private readonly PlaceQueue _folding = new(checked(places * (batch + RecordsOfNone)));
    private readonly PlaceQueue _passing = new(places);

    /// <summary>What share of the time folding may take.</summary>
    public FoldShare Share { get; } = new(time);

    /// <summary>Waits for a place to fold into users.</summary>
    /// <param name="records">How many records, more or less.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Gives the place back when it is disposed of, once.</returns>
    public ValueTask<Place> EnterToFoldAsync(long records, CancellationToken cancellationToken) =>
        EnterAsync(_folding, SizeOf(records), ahead: false, cancellationToken);

    /// <summary>Waits for a place to fold what has been read and scored, before those who have not; as <see cref="EnterToFoldAsync"/>.</summary>
    /// <param name="records">How many records.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Place> EnterToFoldScoredAsync(long records, CancellationToken cancellationToken) =>
        EnterAsync(_folding, SizeOf(records), ahead: true, cancellationToken);

    /// <summary>Waits for a place to pass on what was folded; as <see cref="EnterToFoldAsync"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Place> EnterToPassOnAsync(CancellationToken cancellationToken) => EnterAsync(_passing, 1, ahead: false, cancellationToken);

    private int SizeOf(long records) => RecordsOfNone + (int)Math.Clamp(records, 0, batch);

    private async ValueTask<Place> EnterAsync(PlaceQueue places, int size, bool ahead, CancellationToken cancellationToken)
    {
        await places.EnterAsync(size, ahead, cancellationToken);

        // Goes once through the queue that all work goes through, and so knows how long it is.
        var probe = new Probe(time);
        ThreadPool.UnsafeQueueUserWorkItem(probe, preferLocal: false);
        Share.Observe(await probe.Delay);
        return new Place(this, places, size, time.GetTimestamp());
    }

    private void Leave(PlaceQueue places, int size, long entered)
    {
        var rest = Share.RestAfter(time.GetElapsedTime(entered));
        if (rest < TimeSpan.FromMilliseconds(1))
        {
            places.Leave(size);
        }
        else
        {
            // The place rests, and not the partition: what it has done is done.
            _ = LeaveAfterAsync(places, size, rest);
        }
    }

    private async Task LeaveAfterAsync(PlaceQueue places, int size, TimeSpan rest)
    {
        await Task.Delay(rest, time).ConfigureAwait(false);
        places.Leave(size);
    }

    /// <summary>A place.</summary>
    public readonly struct Place : IDisposable
    {
        private readonly PumpGate _gate;
        private readonly PlaceQueue _places;
        private readonly int _size;
        private readonly long _entered;

        internal Place(PumpGate gate, PlaceQueue places, int size, long entered)
        {
            _size = size;
            _gate = gate;
            _places = places;
            _entered = entered;
        }

        /// <summary>Gives it back.</summary>
        public void Dispose() => _gate.Leave(_places, _size, _entered);
    }

    private sealed class Probe(TimeProvider time) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<TimeSpan> _delay = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly long _queued = time.GetTimestamp();

        public Task<TimeSpan> Delay => _delay.Task;

        public void Execute() => _delay.SetResult(time.GetElapsedTime(_queued));
    }
}
