using System.Runtime.InteropServices;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Batching;

/// <summary>
/// The waiting items of a <see cref="DynamicBatcher{TIn,TOut}"/>, and the rules by which they leave. Times are ticks of 100 ns
/// on any clock that only goes forward. Pure, and not safe for threads: the batcher holds its lock.
/// </summary>
/// <remarks>
/// <para>
/// Who may wait: <see cref="BatcherOptions.QueueBound"/> items in all; of one owner a share of them
/// (<see cref="BatcherOptions.OwnerShare"/>), so that one flood leaves room for others; and the lesser a lane, the more of the
/// places are kept for better ones (<see cref="BatcherOptions.KeptShare"/>). Whoever has expired waits no longer, wherever in a
/// lane he stood, and costs no place in a batch.
/// </para>
/// <para>
/// Who leaves: lanes are strict, so a lesser lane is served when the better ones are empty, but for a few places per batch that
/// are kept for items that have waited too long; and of each lane that gets places the one that has waited longest goes, once
/// it has waited too long. Inside a lane owners go in rounds (<see cref="BatchLane{T}"/>) and in a round the earliest deadline
/// first; an item is due no later than <see cref="BatcherOptions.DefaultUrgency"/> after it came, whatever its deadline, and
/// each item that its owner has waiting makes it due <see cref="BatcherOptions.FairnessStep"/> later. Where more wait than
/// there are places for, the most due item chooses its company: see <see cref="TakeAlike"/>.
/// </para>
/// <para>
/// How many leave: up to <see cref="BatcherOptions.MaxBatch"/> items, and no more than as many ordinary ones would cost. Where
/// the next one costs too much the batch goes without it and all behind it, and the next batch begins with it: no cheaper one
/// overtakes it. One item alone may cost more than a batch.
/// </para>
/// </remarks>
internal sealed class BatchQueue<T>
{
    /// <summary>The deadline of an item that has none.</summary>
    public const long NoDeadline = long.MaxValue;

    private readonly BatchLane<T>[] _lanes;
    private readonly WaitingHeap<T, DeadlineOrder<T>> _deadlines = new();
    private readonly Dictionary<ulong, int> _waitingPerOwner = [];
    private readonly Stack<WaitingNode<T>> _spare = new();
    private readonly BatcherOptions _options;
    private readonly int _keptForLate;
    private readonly int _ordinaryCost;
    private readonly long _mostCost;
    private readonly List<WaitingNode<T>> _ahead = [];
    private readonly List<long> _choice = [];
    private bool _sizesDiffer;
    private long _sequence;
    private long _waitingSince;
    private long _waitingCost;
    private long _batchCost;

    /// <summary>An empty queue.</summary>
    /// <param name="options">Its rules.</param>
    /// <param name="ordinaryCost">What an ordinary item costs, at least 1.</param>
    public BatchQueue(BatcherOptions options, int ordinaryCost = 1)
    {
        (_options, _ordinaryCost) = (options, ordinaryCost);
        _mostCost = (long)options.MaxBatch * ordinaryCost;
        _lanes = new BatchLane<T>[options.Lanes];
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            _lanes[lane] = new BatchLane<T>(options);
        }

        // One batch in which nothing but late items go would let them starve the urgent ones in turn.
        _keptForLate = Math.Max(1, options.MaxBatch / 8);
    }

    /// <summary>How many items wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an item.</summary>
    /// <returns>The bound by which it is refused; none when it waits.</returns>
    public ScoringRefusal Enqueue(T item, int lane, long deadline, ulong owner, long now, int size = 0, int cost = 1)
    {
        lane = Math.Clamp(lane, 0, _lanes.Length - 1);
        if (RefusalOf(lane, owner) is var refusal && refusal != ScoringRefusal.None)
        {
            return refusal;
        }

        if (Count == 0)
        {
            _waitingSince = now;
        }

        ref var ownersItems = ref CollectionsMarshal.GetValueRefOrAddDefault(_waitingPerOwner, owner, out _);
        var node = _spare.TryPop(out var spare) ? spare : new WaitingNode<T>();
        node.Value = new Waiting<T>(item, deadline, now, owner, size, Math.Max(0, cost));
        // A deadline far ahead makes nobody wait longer than having none: else a flood of near ones would go first for as long.
        node.Due = Math.Min(deadline, now + _options.DefaultUrgency.Ticks) + (ownersItems * _options.FairnessStep.Ticks);
        (node.Lane, node.Sequence, node.PassedOver) = (lane, _sequence++, 0);
        ownersItems++;
        _lanes[lane].Add(node);
        if (deadline != NoDeadline)
        {
            _deadlines.Add(node);
        }

        _sizesDiffer |= size > 0;
        _waitingCost += node.Value.Cost;
        Count++;
        return ScoringRefusal.None;
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

        // Full, by number or by cost: waiting gains nothing, and whoever waits is only later.
        if (Count >= _options.MaxBatch || _waitingCost >= _mostCost)
        {
            return BatchDecision.Go(BatchExit.Full);
        }

        // Large enough, by number or by cost: more would hardly be cheaper apiece.
        if (Count >= _options.PreferredBatch || _waitingCost >= (long)_options.PreferredBatch * _ordinaryCost)
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
        var latestStart = _deadlines.First is { } earliest ? earliest.Value.Deadline - compute : NoDeadline;
        return latestStart <= now
            ? BatchDecision.Go(BatchExit.Deadline)
            : BatchDecision.Wait(Math.Min(delayEnds, latestStart));
    }

    /// <summary>Moves out whatever has expired, wherever it stands.</summary>
    public void TakeExpired(long now, List<Waiting<T>> expired)
    {
        while (_deadlines.First is { } first && first.Value.Deadline <= now)
        {
            Leave(first, expired);
        }
    }

    /// <summary>Moves the next batch out, and with it whatever has expired; that costs no place in the batch.</summary>
    /// <param name="now">The time.</param>
    /// <param name="compute">How long a batch takes to compute, as far as is known.</param>
    /// <param name="batch">Where the batch goes.</param>
    /// <param name="expired">Where the expired go.</param>
    public void Take(long now, long compute, List<Waiting<T>> batch, List<Waiting<T>> expired)
    {
        _batchCost = 0;
        TakeExpired(now, expired);
        for (var lane = _lanes.Length - 1; lane > 0; lane--)
        {
            while (batch.Count < _keptForLate && _batchCost * 8 < _mostCost && IsLate(_lanes[lane].Oldest, now) && TryLeave(_lanes[lane].Oldest!, batch))
            {
            }
        }

        foreach (var lane in _lanes)
        {
            if (!TryFill(lane, now, compute, batch))
            {
                break;
            }
        }

        foreach (var lane in _lanes)
        {
            lane.Advance();
        }
    }

    private ScoringRefusal RefusalOf(int lane, ulong owner)
    {
        if (Count >= _options.QueueBound)
        {
            return ScoringRefusal.QueueFull;
        }

        if (_waitingPerOwner.GetValueOrDefault(owner) >= _options.OwnerBound)
        {
            return ScoringRefusal.OwnerFull;
        }

        return Count >= _options.LaneBound(lane) ? ScoringRefusal.LaneFull : ScoringRefusal.None;
    }

    private bool IsLate(WaitingNode<T>? oldest, long now) =>
        oldest is not null && now - oldest.Value.EnqueuedAt >= _options.PromoteAfter.Ticks;

    // Whether there may be room for lanes behind this one.
    private bool TryFill(BatchLane<T> lane, long now, long compute, List<Waiting<T>> batch)
    {
        if (IsLate(lane.Oldest, now) && !TryLeave(lane.Oldest!, batch))
        {
            return false;
        }

        if (_sizesDiffer && _options.LookAhead > 1 && !HasRoomForAll(lane, batch))
        {
            return TakeAlike(lane, now, compute, batch);
        }

        while (lane.First is { } first)
        {
            if (!TryLeave(first, batch))
            {
                return false;
            }
        }

        return true;
    }

    // Known by number alone: what they cost together is not.
    private bool HasRoomForAll(BatchLane<T> lane, List<Waiting<T>> batch) =>
        batch.Count + lane.Count <= _options.MaxBatch && _batchCost + _waitingCost <= _mostCost;

    /// <summary>
    /// Fills the batch from a lane in which more wait than it has places for. Of the most due items, as many as fill
    /// <see cref="BatcherOptions.LookAhead"/> batches, first go those that press: passed over by all those batches, they might
    /// come too late, or so many have passed them over already. Then those go that are most like the most due one in size. As
    /// that one always goes, nobody is passed over for ever.
    /// </summary>
    /// <returns>Whether there may be room for more.</returns>
    private bool TakeAlike(BatchLane<T> lane, long now, long compute, List<Waiting<T>> batch)
    {
        var presses = now + ((_options.LookAhead + 1) * compute);
        while (_ahead.Count < _options.LookAhead * _options.MaxBatch && lane.Count > 0)
        {
            var node = lane.Lift();
            var goesFirst = _ahead.Count == 0 || node.PassedOver >= _options.LookAhead || node.Due <= presses;
            var unlike = goesFirst ? 0 : 1L + Math.Abs((long)node.Value.Size - _ahead[0].Value.Size);
            _choice.Add((unlike << 24) | (uint)_ahead.Count);
            _ahead.Add(node);
        }

        _choice.Sort();
        var hasRoom = true;
        foreach (var choice in _choice)
        {
            var node = _ahead[(int)(choice & 0xFFFFFF)];
            hasRoom = hasRoom && TryLeave(node, batch);
            if (!hasRoom)
            {
                node.PassedOver++;
                lane.PutBack(node);
            }
        }

        _choice.Clear();
        _ahead.Clear();
        return hasRoom;
    }

    // Whether there is room for it in the batch.
    private bool TryLeave(WaitingNode<T> node, List<Waiting<T>> batch)
    {
        var cost = node.Value.Cost;
        if (batch.Count > 0 && (batch.Count >= _options.MaxBatch || _batchCost + cost > _mostCost))
        {
            return false;
        }

        _batchCost += cost;
        Leave(node, batch);
        return true;
    }

    private void Leave(WaitingNode<T> node, List<Waiting<T>> to)
    {
        Count--;
        var waiting = node.Value;
        _waitingCost -= waiting.Cost;
        if (--CollectionsMarshal.GetValueRefOrNullRef(_waitingPerOwner, waiting.Owner) == 0)
        {
            _waitingPerOwner.Remove(waiting.Owner);
        }

        _lanes[node.Lane].Remove(node);
        if (node.DeadlineAt >= 0)
        {
            _deadlines.Remove(node);
        }

        node.Value = default;
        _spare.Push(node);
        to.Add(waiting);
    }
}

/// <summary>One waiting item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Deadline">When it expires, in ticks of the batcher's clock.</param>
/// <param name="EnqueuedAt">When it came, likewise.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Size">How large it is, on the runner's scale.</param>
/// <param name="Cost">What it costs, on the runner's scale.</param>
internal readonly record struct Waiting<T>(T Item, long Deadline, long EnqueuedAt, ulong Owner, int Size, int Cost);

/// <summary>Whether a batch goes, and why, or when to ask again.</summary>
internal readonly record struct BatchDecision(BatchExit Exit, long AskAgainAt)
{
    public static readonly BatchDecision Nothing = new(BatchExit.None, long.MaxValue);

    public bool Goes => Exit != BatchExit.None;

    public static BatchDecision Go(BatchExit exit) => new(exit, 0);

    public static BatchDecision Wait(long until) => new(BatchExit.None, until);
}
