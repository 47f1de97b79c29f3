namespace Personalization.Scoring.Batching;

/// <summary>A waiting item's place in a <see cref="BatchQueue{T}"/>: in its lane's order, among its lane's by age, and among all by deadline.</summary>
internal sealed class WaitingNode<T>
{
    /// <summary>What waits.</summary>
    public Waiting<T> Value;

    /// <summary>Its lane.</summary>
    public int Lane;

    /// <summary>Its owner's round: see <see cref="BatchLane{T}"/>.</summary>
    public long Round;

    /// <summary>When it is due.</summary>
    public long Due;

    /// <summary>As how manieth it came.</summary>
    public long Sequence;

    /// <summary>How many batches of its lane have gone that looked at it and took others.</summary>
    public int PassedOver;

    /// <summary>Where it stands in its lane's heap; −1 for nowhere.</summary>
    public int OrderAt = -1;

    /// <summary>Where it stands in the heap of deadlines; −1 for nowhere.</summary>
    public int DeadlineAt = -1;

    /// <summary>Who came before it into the lane, and waits.</summary>
    public WaitingNode<T>? Older;

    /// <summary>Who came after it into the lane, and waits.</summary>
    public WaitingNode<T>? Younger;
}

/// <summary>An order of waiting items, and where an item keeps its place in it.</summary>
internal interface IWaitingOrder<T>
{
    /// <summary>Whether one goes before another.</summary>
    static abstract bool Before(WaitingNode<T> a, WaitingNode<T> b);

    /// <summary>An item's place in the heap.</summary>
    static abstract ref int PlaceOf(WaitingNode<T> node);
}

/// <summary>A lane's order: by round, then by when they are due, then as they came.</summary>
internal readonly struct DueOrder<T> : IWaitingOrder<T>
{
    /// <inheritdoc/>
    public static bool Before(WaitingNode<T> a, WaitingNode<T> b) =>
        a.Round != b.Round ? a.Round < b.Round : a.Due != b.Due ? a.Due < b.Due : a.Sequence < b.Sequence;

    /// <inheritdoc/>
    public static ref int PlaceOf(WaitingNode<T> node) => ref node.OrderAt;
}

/// <summary>The order of deadlines.</summary>
internal readonly struct DeadlineOrder<T> : IWaitingOrder<T>
{
    /// <inheritdoc/>
    public static bool Before(WaitingNode<T> a, WaitingNode<T> b) => a.Value.Deadline < b.Value.Deadline;

    /// <inheritdoc/>
    public static ref int PlaceOf(WaitingNode<T> node) => ref node.DeadlineAt;
}
