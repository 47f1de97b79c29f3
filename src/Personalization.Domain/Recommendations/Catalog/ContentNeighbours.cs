namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// The products most like each product, worked out the first time somebody asks and kept until a product changes what it
/// is. Two threads may work out the same row at once; they come to the same and either is kept.
/// </summary>
internal sealed class ContentNeighbours(int count)
{
    /// <summary>How many neighbours a product has at most.</summary>
    public const int PerItem = 32;

    /// <summary>
    /// Up to so many products of a category are compared one by one; in a larger one the index finds them, and where there is
    /// none of it evenly spaced ones stand for all. A row costs some ten microseconds at most.
    /// </summary>
    public const int Compared = 1024;

    private readonly Row?[] _rows = new Row?[count];

    /// <summary>The neighbours of a product, most alike first.</summary>
    public Row Of(int item, CatalogSnapshot catalog)
    {
        ref var slot = ref _rows[item];
        var row = Volatile.Read(ref slot);
        if (row is null)
        {
            row = Find(item, catalog);
            Volatile.Write(ref slot, row);
        }

        return row;
    }

    private static Row Find(int item, CatalogSnapshot catalog)
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

        return new Row(items, similarities);
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
    internal sealed record Row(int[] Items, float[] Similarities);
}
