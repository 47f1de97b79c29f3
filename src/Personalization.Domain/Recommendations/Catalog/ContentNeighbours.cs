using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// The products most like each product, worked out the first time somebody asks and kept until a product below the same root
/// category comes, leaves or changes what it is: nobody else is compared. Two threads may work out the same row at once; they come
/// to the same and either is kept.
/// </summary>
/// <remarks>
/// Versions of a catalogue share their rows. Each row has the stamp that its root category had when it was made, and no stamp is
/// ever given twice: whoever finds another one than their own version has makes the row anew.
/// </remarks>
internal sealed class ContentNeighbours
{
    /// <summary>How many neighbours a product has at most.</summary>
    public const int PerItem = 32;

    /// <summary>
    /// Up to so many products of a category are compared one by one; in a larger one the index finds them, and where there is
    /// none of it evenly spaced ones stand for all. A row costs some ten microseconds at most.
    /// </summary>
    public const int Compared = 1024;

    private static long s_stamps;

    private readonly Row?[] _rows;
    private readonly ImmutableDictionary<int, long> _stamps;

    private ContentNeighbours(Row?[] rows, ImmutableDictionary<int, long> stamps) => (_rows, _stamps) = (rows, stamps);

    /// <summary>Nobody's neighbours.</summary>
    public static ContentNeighbours Empty { get; } = new([], ImmutableDictionary<int, long>.Empty);

    /// <summary>The same after products have changed.</summary>
    /// <param name="count">How many products there are.</param>
    /// <param name="roots">The root categories of those that came, left or are something else now, as they were and as they are.</param>
    public ContentNeighbours With(int count, IReadOnlyCollection<int> roots)
    {
        if (roots.Count == 0 && count <= _rows.Length)
        {
            return this;
        }

        var rows = _rows;
        if (count > rows.Length)
        {
            // With room for those that come next: rows are shared until there is none.
            rows = new Row?[count + (count / 8)];
            Array.Copy(_rows, rows, _rows.Length);
        }

        var stamp = Interlocked.Increment(ref s_stamps);
        return new(rows, _stamps.SetItems(roots.Select(root => KeyValuePair.Create(root, stamp))));
    }

    /// <summary>The neighbours of a product, most alike first.</summary>
    public Row Of(int item, CatalogSnapshot catalog)
    {
        ref var slot = ref _rows[item];
        var row = Volatile.Read(ref slot);
        var stamp = _stamps.GetValueOrDefault(catalog.Content(item).Root);
        if (row is null || row.Stamp != stamp)
        {
            row = Find(item, catalog, stamp);
            Volatile.Write(ref slot, row);
        }

        return row;
    }

    private static Row Find(int item, CatalogSnapshot catalog, long stamp)
    {
        ref readonly var content = ref catalog.Content(item);
        var near = catalog.Posting(content.Category);
        var wide = near.Length > PerItem ? near : catalog.Posting(content.Parent) is { Length: > PerItem } siblings ? siblings : catalog.Posting(content.Root);
        var best = new PriorityQueue<int, float>(PerItem + 1);
        if (near.Length > Compared && catalog.Contents.Count > 0)
        {
            catalog.Contents.FindNear(catalog.Columns.Rows, item, PerItem, best);
        }

        if (best.Count < PerItem)
        {
            best.Clear();
            Compare(item, wide, catalog, best);
        }

        var items = new int[best.Count];
        var similarities = new float[best.Count];
        for (var i = items.Length - 1; i >= 0; i--)
        {
            best.TryDequeue(out items[i], out similarities[i]);
        }

        return new Row(items, similarities, stamp);
    }

    private static void Compare(int item, ReadOnlySpan<int> others, CatalogSnapshot catalog, PriorityQueue<int, float> best)
    {
        ref readonly var content = ref catalog.Content(item);
        var stride = Math.Max(1, others.Length / Compared);
        for (var i = item % stride; i < others.Length; i += stride)
        {
            if (others[i] != item && catalog.IsListed(others[i]))
            {
                ContentIndex.Offer(best, others[i], ItemContent.Similarity(content, catalog.Content(others[i])), PerItem);
            }
        }
    }

    /// <summary>A product's neighbours.</summary>
    internal sealed record Row(int[] Items, float[] Similarities, long Stamp);
}
