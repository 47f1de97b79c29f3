namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>Gives a product its place in a <see cref="RankedList"/>.</summary>
internal interface IItemScore
{
    /// <summary>The score; negative infinity for a product that is not to be listed.</summary>
    float Of(int item);
}

/// <summary>
/// The products with the largest scores, best first, kept right through changes at the price of what changed: products
/// below a floor are not looked at unless they change or the list runs low. Immutable.
/// </summary>
internal sealed class RankedList
{
    /// <summary>How many products the list has at least, when there are as many.</summary>
    public const int Wanted = 512;

    private const int Kept = 2 * Wanted;

    private readonly int[] _items;
    private readonly float[] _scores;
    private readonly float _floor;

    private RankedList(int[] items, float[] scores, float floor)
    {
        _items = items;
        _scores = scores;
        _floor = floor;
    }

    /// <summary>A list of nothing.</summary>
    public static RankedList Empty { get; } = new([], [], float.NegativeInfinity);

    /// <summary>The products, best first.</summary>
    public ReadOnlySpan<int> Items => _items;

    /// <summary>Their scores.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>The list after some products changed.</summary>
    /// <param name="score">Gives scores as they are now.</param>
    /// <param name="count">How many products there are, counted from 0.</param>
    /// <param name="changed">The products whose score may have changed, new ones among them.</param>
    public RankedList With<TScore>(TScore score, int count, IReadOnlySet<int> changed)
        where TScore : IItemScore
    {
        if (changed.Count == 0)
        {
            return this;
        }

        var entries = new List<(float Score, int Item)>(_items.Length + changed.Count);
        for (var i = 0; i < _items.Length; i++)
        {
            if (!changed.Contains(_items[i]))
            {
                entries.Add((_scores[i], _items[i]));
            }
        }

        foreach (var item in changed)
        {
            Add(entries, score.Of(item), item, _floor);
        }

        return entries.Count < Wanted && !float.IsNegativeInfinity(_floor)
            ? Rebuild(score, count)
            : Cut(entries, _floor);
    }

    /// <summary>The list made from nothing.</summary>
    public static RankedList Rebuild<TScore>(TScore score, int count)
        where TScore : IItemScore
    {
        var entries = new List<(float Score, int Item)>(count);
        for (var item = 0; item < count; item++)
        {
            Add(entries, score.Of(item), item, float.NegativeInfinity);
        }

        return Cut(entries, float.NegativeInfinity);
    }

    private static void Add(List<(float Score, int Item)> entries, float score, int item, float floor)
    {
        if (score > floor && !float.IsNaN(score))
        {
            entries.Add((score, item));
        }
    }

    private static RankedList Cut(List<(float Score, int Item)> entries, float floor)
    {
        entries.Sort(static (a, b) => b.Score.CompareTo(a.Score) is not 0 and var order ? order : a.Item.CompareTo(b.Item));
        if (entries.Count > Kept)
        {
            floor = entries[Kept].Score;
            entries.RemoveRange(Kept, entries.Count - Kept);
        }

        var items = new int[entries.Count];
        var scores = new float[entries.Count];
        for (var i = 0; i < items.Length; i++)
        {
            (scores[i], items[i]) = entries[i];
        }

        return new(items, scores, floor);
    }
}
