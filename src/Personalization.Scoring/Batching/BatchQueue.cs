namespace Personalization.Scoring.Batching;

/// <summary>
/// The waiting items of a <see cref="DynamicBatcher{TIn,TOut}"/>, and the rules by which they leave. Times are ticks of 100 ns
/// on any clock that only goes forward. Pure, and not safe for threads: the batcher holds its lock.
/// </summary>
/// <remarks>
/// Lanes are strict: a lesser lane is served when the better ones are empty, but for a few places per batch that are kept for
/// items that have waited too long. Inside a lane the earliest deadline goes first; an item without a deadline counts as due
/// <see cref="BatcherOptions.DefaultUrgency"/> after it came. Each item that an owner already has waiting counts the owner's
/// next one as due <see cref="BatcherOptions.FairnessStep"/> later, so that a flood of one user passes behind everyone else.
/// Where more wait than there are places for, the most due item chooses its company: see <see cref="TakeAlike"/>.
/// </remarks>
internal sealed class BatchQueue<T>
{
    /// <summary>The deadline of an item that has none.</summary>
    public const long NoDeadline = long.MaxValue;

    private readonly PriorityQueue<Waiting<T>, (long Due, long Sequence)>[] _lanes;
    private readonly Dictionary<ulong, int> _waitingPerOwner = [];
    private readonly BatcherOptions _options;
    private readonly int _keptForLate;
    private readonly List<(Waiting<T> Item, (long Due, long Sequence) Place)> _ahead = [];
    private readonly List<long> _choice = [];
    private bool _sizesDiffer;
    private long _sequence;
    private long _waitingSince;

    public BatchQueue(BatcherOptions options)
    {
        _options = options;
        _lanes = new PriorityQueue<Waiting<T>, (long, long)>[options.Lanes];
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            _lanes[lane] = new PriorityQueue<Waiting<T>, (long, long)>();
        }

        // One batch in which nothing but late items go would let them starve the urgent ones in turn.
        _keptForLate = Math.Max(1, options.MaxBatch / 8);
    }

    /// <summary>How many items wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an item; false when the queue is full.</summary>
    public bool TryEnqueue(T item, int lane, long deadline, ulong owner, long now, int size = 0)
    {
        if (Count >= _options.QueueBound)
        {
            return false;
        }

        if (Count == 0)
        {
            _waitingSince = now;
        }

        ref var ownersItems = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_waitingPerOwner, owner, out _);
        var due = deadline == NoDeadline ? now + _options.DefaultUrgency.Ticks : deadline;
        due += ownersItems * _options.FairnessStep.Ticks;
        ownersItems++;
        lane = Math.Clamp(lane, 0, _lanes.Length - 1);
        _lanes[lane].Enqueue(new Waiting<T>(item, deadline, now, owner, size), (due, _sequence++));
        _sizesDiffer |= size > 0;
        Count++;
        return true;
    }

    /// <summary>Whether a batch goes now; if not, when to ask again unless something is added before.</summary>
    /// <param name="now">The time.</param>
    /// <param name="compute">How long a batch takes to compute, as far as is known.</param>
    /// <param name="draining">Nothing more is coming.</param>
    public BatchDecision Decide(long now, long compute, bool draining)
    {
        if (Count == 0)
        {
            return BatchDecision.Nothing;
        }

        // Full: waiting gains nothing, and whoever waits is only later.
        if (Count >= _options.MaxBatch)
        {
            return BatchDecision.Go(BatchExit.Full);
        }

        // Large enough: more would hardly be cheaper apiece.
        if (Count >= _options.PreferredBatch)
        {
            return BatchDecision.Go(BatchExit.Preferred);
        }

        // Shutting down: no company will come.
        if (draining)
        {
            return BatchDecision.Go(BatchExit.Draining);
        }

        // Waited long enough. What a full batch left behind has waited already, and goes at once.
        var delayEnds = _waitingSince + _options.LongestQueueDelay.Ticks;
        if (delayEnds <= now)
        {
            return BatchDecision.Go(BatchExit.Delay);
        }

        // Waiting any longer would make the earliest deadline pass before the batch is computed.
        var latestStart = EarliestDeadline() is var earliest && earliest == NoDeadline ? NoDeadline : earliest - compute;
        return latestStart <= now
            ? BatchDecision.Go(BatchExit.Deadline)
            : BatchDecision.Wait(Math.Min(delayEnds, latestStart));
    }

    /// <summary>Moves the next batch out, and with it whatever was found to have expired; those cost no place in the batch.</summary>
    /// <param name="now">The time.</param>
    /// <param name="compute">How long a batch takes to compute, as far as is known.</param>
    /// <param name="batch">Where the batch goes.</param>
    /// <param name="expired">Where the expired go.</param>
    public void Take(long now, long compute, List<Waiting<T>> batch, List<Waiting<T>> expired)
    {
        for (var lane = _lanes.Length - 1; lane > 0 && batch.Count < _keptForLate; lane--)
        {
            TakeLate(_lanes[lane], now, batch, expired);
        }

        foreach (var lane in _lanes)
        {
            var places = _options.MaxBatch - batch.Count;
            if (_sizesDiffer && _options.LookAhead > 1 && places > 0 && lane.Count > places)
            {
                TakeAlike(lane, now, compute, batch, expired);
            }

            while (batch.Count < _options.MaxBatch && lane.Count > 0)
            {
                Move(lane, now, batch, expired);
            }

            // The heads of lanes that get no place may have expired too: their callers should not wait to hear it.
            while (lane.TryPeek(out var head, out _) && head.Deadline <= now)
            {
                Move(lane, now, batch, expired);
            }
        }
    }

    private void TakeLate(
        PriorityQueue<Waiting<T>, (long, long)> lane, long now, List<Waiting<T>> batch, List<Waiting<T>> expired)
    {
        while (batch.Count < _keptForLate && lane.TryPeek(out var head, out _) && now - head.EnqueuedAt >= _options.PromoteAfter.Ticks)
        {
            Move(lane, now, batch, expired);
        }
    }

    /// <summary>
    /// Fills the batch from a lane in which more wait than it has places for. Of the most due items, as many as fill
    /// <see cref="BatcherOptions.LookAhead"/> batches, first go those that press: passed over by all those batches, they might
    /// come too late. Then those go that are most like the most due one in size. As that one always goes, nobody is passed
    /// over for ever.
    /// </summary>
    private void TakeAlike(
        PriorityQueue<Waiting<T>, (long Due, long)> lane, long now, long compute, List<Waiting<T>> batch, List<Waiting<T>> expired)
    {
        var presses = now + (_options.LookAhead + 1) * compute;
        while (_ahead.Count < _options.LookAhead * _options.MaxBatch && lane.TryDequeue(out var waiting, out var place))
        {
            if (waiting.Deadline <= now)
            {
                Leave(waiting, expired);
                continue;
            }

            var unlike = place.Due <= presses || _ahead.Count == 0 ? 0 : 1L + Math.Abs((long)waiting.Size - _ahead[0].Item.Size);
            _choice.Add((unlike << 24) | (uint)_ahead.Count);
            _ahead.Add((waiting, place));
        }

        _choice.Sort();
        foreach (var choice in _choice)
        {
            var (waiting, place) = _ahead[(int)(choice & 0xFFFFFF)];
            if (batch.Count < _options.MaxBatch)
            {
                Leave(waiting, batch);
            }
            else
            {
                lane.Enqueue(waiting, place);
            }
        }

        _choice.Clear();
        _ahead.Clear();
    }

    private void Move(PriorityQueue<Waiting<T>, (long, long)> lane, long now, List<Waiting<T>> batch, List<Waiting<T>> expired)
    {
        var waiting = lane.Dequeue();
        Leave(waiting, waiting.Deadline <= now ? expired : batch);
    }

    private void Leave(in Waiting<T> waiting, List<Waiting<T>> to)
    {
        Count--;
        if (--System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_waitingPerOwner, waiting.Owner) == 0)
        {
            _waitingPerOwner.Remove(waiting.Owner);
        }

        to.Add(waiting);
    }

    private long EarliestDeadline()
    {
        var earliest = NoDeadline;
        foreach (var lane in _lanes)
        {
            if (lane.TryPeek(out var head, out _))
            {
                earliest = Math.Min(earliest, head.Deadline);
            }
        }

        return earliest;
    }
}

/// <summary>One waiting item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Deadline">When it expires, in ticks of the batcher's clock.</param>
/// <param name="EnqueuedAt">When it came, likewise.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Size">How large it is, on the runner's scale.</param>
internal readonly record struct Waiting<T>(T Item, long Deadline, long EnqueuedAt, ulong Owner, int Size);

/// <summary>Whether a batch goes, and why, or when to ask again.</summary>
internal readonly record struct BatchDecision(BatchExit Exit, long AskAgainAt)
{
    public static readonly BatchDecision Nothing = new(BatchExit.None, long.MaxValue);

    public bool Goes => Exit != BatchExit.None;

    public static BatchDecision Go(BatchExit exit) => new(exit, 0);

    public static BatchDecision Wait(long until) => new(BatchExit.None, until);
}
