namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// The heaviest neighbours of one product in bounded room. When it is full, a newcomer takes the place of the lightest and
/// inherits its weight as doubt: what is heavy is always found, and a weight less its doubt is never too large (the
/// Space-Saving summary of Metwally, Agrawal, El Abbadi: "Efficient computation of frequent and top-k elements in data
/// streams", ICDT 2005).
/// </summary>
internal sealed class NeighbourCounts
{
    private int[] _items = [];
    private float[] _weights = [];
    private float[] _doubts = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<int> Items => _items.AsSpan(0, Count);

    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, Count);

    public ReadOnlySpan<float> Doubts => _doubts.AsSpan(0, Count);

    /// <summary>Adds weight to a neighbour.</summary>
    public void Add(int item, float weight, int capacity)
    {
        var at = Items.IndexOf(item);
        if (at >= 0)
        {
            _weights[at] += weight;
        }
        else if (Count < capacity)
        {
            Append(item, weight, 0, capacity);
        }
        else
        {
            at = Lightest();
            _items[at] = item;
            _doubts[at] = _weights[at];
            _weights[at] += weight;
        }
    }

    /// <summary>Puts back what was stored.</summary>
    public void Append(int item, float weight, float doubt, int capacity)
    {
        if (Count == _items.Length)
        {
            var size = Math.Max(Count + 1, Math.Min(capacity, Math.Max(4, 2 * Count)));
            Array.Resize(ref _items, size);
            Array.Resize(ref _weights, size);
            Array.Resize(ref _doubts, size);
        }

        _items[Count] = item;
        _weights[Count] = weight;
        _doubts[Count++] = doubt;
    }

    /// <summary>Multiplies all weights.</summary>
    public void Scale(float factor)
    {
        for (var i = 0; i < Count; i++)
        {
            _weights[i] *= factor;
            _doubts[i] *= factor;
        }
    }

    private int Lightest()
    {
        var least = 0;
        for (var i = 1; i < Count; i++)
        {
            if (_weights[i] < _weights[least])
            {
                least = i;
            }
        }

        return least;
    }
}
