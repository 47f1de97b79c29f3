using System.Runtime.InteropServices;

namespace Personalization.Scoring.Batching;

/// <summary>
/// The waiting items of one lane. Owners are served in rounds (after deficit round robin, Shreedhar and Varghese 1996): in each
/// round an owner has <see cref="BatcherOptions.FairShare"/> places, and the items that come beyond them belong to the next
/// rounds. Inside a round whoever is due first goes first. Whoever comes joins the round that is being served, so before him go
/// at most as many of each other owner's as a round has places, however many of them wait and whatever their deadlines. Whose
/// places of that round are used up joins the next, and at most twice as many go before him.
/// </summary>
internal sealed class BatchLane<T>(BatcherOptions options)
{
    private readonly WaitingHeap<T, DueOrder<T>> _order = new();
    private readonly Dictionary<ulong, Share> _shares = [];
    private long _round;
    private long _lastRound;

    /// <summary>How many items wait.</summary>
    public int Count => _order.Count;

    /// <summary>Who goes first; null when nobody waits.</summary>
    public WaitingNode<T>? First => _order.First;

    /// <summary>Who has waited longest; null when nobody waits.</summary>
    public WaitingNode<T>? Oldest { get; private set; }

    private WaitingNode<T>? Youngest { get; set; }

    /// <summary>Adds an item, in its owner's round.</summary>
    public void Add(WaitingNode<T> node)
    {
        ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(_shares, node.Value.Owner, out _);
        if (share.Round < _round)
        {
            (share.Round, share.Used) = (_round, 0);
        }

        if (share.Used == options.FairShare)
        {
            (share.Round, share.Used) = (share.Round + 1, 0);
        }

        share.Used++;
        node.Round = share.Round;
        _lastRound = Math.Max(_lastRound, share.Round);
        _order.Add(node);
        (node.Older, node.Younger) = (Youngest, null);
        _ = Youngest is null ? Oldest = node : Youngest.Younger = node;
        Youngest = node;
        ForgetIdle();
    }

    /// <summary>Takes an item out for good.</summary>
    public void Remove(WaitingNode<T> node)
    {
        if (node.OrderAt >= 0)
        {
            _order.Remove(node);
        }

        _ = node.Older is null ? Oldest = node.Younger : node.Older.Younger = node.Younger;
        _ = node.Younger is null ? Youngest = node.Older : node.Younger.Older = node.Older;
        (node.Older, node.Younger) = (null, null);
    }

    /// <summary>Takes the first out of the order, to be put back or removed.</summary>
    public WaitingNode<T> Lift()
    {
        var first = _order.First!;
        _order.Remove(first);
        return first;
    }

    /// <summary>Puts one back where it was.</summary>
    public void PutBack(WaitingNode<T> node) => _order.Add(node);

    /// <summary>Goes on to the round of whoever is first now; where nobody waits everybody begins anew.</summary>
    public void Advance() => _round = _order.First?.Round ?? _lastRound + 1;

    // Who used up a round and has nothing waiting must be remembered for as long as the round lasts, and no longer. In between
    // there may be more of them than can ever wait.
    private void ForgetIdle()
    {
        if (_shares.Count > 2 * options.QueueBound)
        {
            foreach (var (owner, share) in _shares)
            {
                if (share.Round <= _round)
                {
                    _shares.Remove(owner);
                }
            }
        }
    }

    private struct Share
    {
        public long Round;
        public int Used;
    }
}
