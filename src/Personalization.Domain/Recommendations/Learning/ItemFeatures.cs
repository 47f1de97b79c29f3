namespace Personalization.Domain.Recommendations.Learning;

/// <summary>The features of items by number.</summary>
internal sealed class ItemFeatures
{
    private readonly List<(int[] Indices, float[] Values)> _items = [];

    /// <summary>How many items there are.</summary>
    public int Count => _items.Count;

    /// <summary>An item's features.</summary>
    public SparseFeatures this[int item] => new(_items[item].Indices, _items[item].Values);

    /// <summary>Adds an item; the arrays are taken over.</summary>
    public void Add(int[] indices, float[] values) => _items.Add((indices, values));
}
