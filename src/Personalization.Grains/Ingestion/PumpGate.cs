using Personalization.Grains.Operations;

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
/// turn once already. Before everybody goes a partition that somebody waits for, and it does not rest after it either; but
/// those who have been passed for a second have their turn.
/// </remarks>
/// <param name="places">How many full batches may be folded, and how many may pass on what was folded, at a time; at least 1.</param>
/// <param name="batch">Records of a full batch; at least 1.</param>
/// <param name="calls">Who waits for more than a fold.</param>
/// <param name="time">The clock.</param>
public sealed class PumpGate(int places, int batch, WaitingCalls calls, TimeProvider time)
{
    /// <summary>A batch costs as much as about so many records before there is any in it.</summary>
    public const int RecordsOfNone = 16;

    private static readonly TimeSpan s_shortestRest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private readonly PlaceQueue _folding = new(checked(places * (batch + RecordsOfNone)), time);
    private readonly PlaceQueue _passing = new(places, time);

    /// <summary>What share of the time folding may take.</summary>
    public FoldShare Share { get; } = new(time);

    /// <summary>Waits for a place to fold into users.</summary>
    /// <param name="records">How many records, more or less.</param>
    /// <param name="urgency">Whether somebody waits for them.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Gives the place back when it is disposed of, once.</returns>
    public ValueTask<Place> EnterToFoldAsync(long records, FoldUrgency urgency, CancellationToken cancellationToken) =>
        EnterAsync(_folding, SizeOf(records), ahead: false, urgency, cancellationToken);

    /// <summary>Waits for a place to fold what has been read and scored, before those who have not; as <see cref="EnterToFoldAsync"/>.</summary>
    /// <param name="records">How many records.</param>
    /// <param name="urgency">Whether somebody waits for them.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Place> EnterToFoldScoredAsync(long records, FoldUrgency urgency, CancellationToken cancellationToken) =>
        EnterAsync(_folding, SizeOf(records), ahead: true, urgency, cancellationToken);

    /// <summary>Waits for a place to pass on what was folded; as <see cref="EnterToFoldAsync"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Place> EnterToPassOnAsync(CancellationToken cancellationToken) =>
        EnterAsync(_passing, 1, ahead: false, urgency: null, cancellationToken);

    /// <summary>Somebody waits now for a partition that may be waiting here.</summary>
    internal void Hurry() => _folding.Hurry();

    private int SizeOf(long records) => RecordsOfNone + (int)Math.Clamp(records, 0, batch);

    private async ValueTask<Place> EnterAsync(PlaceQueue places, int size, bool ahead, FoldUrgency? urgency, CancellationToken cancellationToken)
    {
        await places.EnterAsync(size, ahead, urgency, cancellationToken);
        Share.Observe(await WaitAsync(), calls.Any);
        return new Place(this, places, size, urgency?.IsRaised == true, time.GetTimestamp());
    }

    /// <summary>Goes once through the queue that all work goes through, and so knows how long it is.</summary>
    private Task<TimeSpan> WaitAsync()
    {
        var probe = new Probe(time);
        ThreadPool.UnsafeQueueUserWorkItem(probe, preferLocal: false);
        return probe.Delay;
    }

    private void Leave(in Place place)
    {
        var folded = time.GetElapsedTime(place.Entered);
        var rests = !place.IsUrgent && Share.RestAfter(folded) >= s_shortestRest;
        place.Places.Leave(place.Size, rests);
        if (rests)
        {
            // The place rests, and not the partition: what it has done is done.
            _ = RestAsync(place.Places, place.Size, folded);
        }
    }

    // Looks again and again whether it still has to: a rest that is due to a burst would else outlast it.
    private async Task RestAsync(PlaceQueue places, int size, TimeSpan folded)
    {
        var began = time.GetTimestamp();
        while (Share.RestAfter(folded) - time.GetElapsedTime(began) is var left && left >= s_shortestRest)
        {
            await Task.Delay(left < s_look ? left : s_look, time).ConfigureAwait(false);
            Share.Observe(await WaitAsync().ConfigureAwait(false), calls.Any);
        }

        places.Rested(size);
        EngineMeters.FoldingRested.Add((long)time.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>A place.</summary>
    public readonly struct Place : IDisposable
    {
        private readonly PumpGate _gate;

        internal Place(PumpGate gate, PlaceQueue places, int size, bool isUrgent, long entered)
        {
            _gate = gate;
            Places = places;
            Size = size;
            IsUrgent = isUrgent;
            Entered = entered;
        }

        internal PlaceQueue Places { get; }

        internal int Size { get; }

        internal bool IsUrgent { get; }

        internal long Entered { get; }

        /// <summary>Gives it back.</summary>
        public void Dispose() => _gate.Leave(in this);
    }

    private sealed class Probe(TimeProvider time) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<TimeSpan> _delay = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly long _queued = time.GetTimestamp();

        public Task<TimeSpan> Delay => _delay.Task;

        public void Execute() => _delay.SetResult(time.GetElapsedTime(_queued));
    }
}
