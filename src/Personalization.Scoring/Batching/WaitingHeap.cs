namespace Personalization.Scoring.Batching;

/// <summary>A binary heap of waiting items that know their places in it, so that any of them can leave in O(log n).</summary>
internal sealed class WaitingHeap<T, TOrder>
    where TOrder : struct, IWaitingOrder<T>
{
    private readonly List<WaitingNode<T>> _nodes = [];

    /// <summary>How many there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>The first; null when there is none.</summary>
    public WaitingNode<T>? First => _nodes.Count > 0 ? _nodes[0] : null;

    /// <summary>Adds an item.</summary>
    public void Add(WaitingNode<T> node)
    {
        _nodes.Add(node);
        Rise(node, _nodes.Count - 1);
    }

    /// <summary>Takes an item out that is in it.</summary>
    public void Remove(WaitingNode<T> node)
    {
        ref var place = ref TOrder.PlaceOf(node);
        var (at, last) = (place, _nodes[^1]);
        place = -1;
        _nodes.RemoveAt(_nodes.Count - 1);
        if (!ReferenceEquals(last, node))
        {
            Rise(last, at);
            Sink(last, TOrder.PlaceOf(last));
        }
    }

    private void Rise(WaitingNode<T> node, int at)
    {
        while (at > 0 && TOrder.Before(node, _nodes[(at - 1) / 2]))
        {
            Put(_nodes[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }

        Put(node, at);
    }

    private void Sink(WaitingNode<T> node, int at)
    {
        for (var child = (2 * at) + 1; child < _nodes.Count; child = (2 * at) + 1)
        {
            if (child + 1 < _nodes.Count && TOrder.Before(_nodes[child + 1], _nodes[child]))
            {
                child++;
            }

            if (!TOrder.Before(_nodes[child], node))
            {
                break;
            }

            Put(_nodes[child], at);
            at = child;
        }

        Put(node, at);
    }

    private void Put(WaitingNode<T> node, int at)
    {
        _nodes[at] = node;
        TOrder.PlaceOf(node) = at;
    }
}
