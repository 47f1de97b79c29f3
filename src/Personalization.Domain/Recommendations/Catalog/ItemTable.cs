using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// Something known per product, found by the product's number. Rows that came before their product had a number wait
/// until it has one. Immutable.
/// </summary>
/// <typeparam name="T">What is known.</typeparam>
internal sealed class ItemTable<T>
    where T : class
{
    private readonly ChunkedColumn<T?> _rows;
    private readonly ImmutableDictionary<string, T> _waiting;
    private readonly int _directorySize;

    private ItemTable(ChunkedColumn<T?> rows, ImmutableDictionary<string, T> waiting, int directorySize)
    {
        _rows = rows;
        _waiting = waiting;
        _directorySize = directorySize;
    }

    /// <summary>A table without rows.</summary>
    public static ItemTable<T> Empty { get; } = new(ChunkedColumn<T?>.Empty(), ImmutableDictionary.Create<string, T>(StringComparer.Ordinal), 0);

    /// <summary>What is known of a product; null for nothing.</summary>
    public T? this[int item] => item < _rows.Capacity ? _rows[item] : null;

    /// <summary>How many rows wait for their product.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Binds rows that waited for products which the directory has meanwhile.</summary>
    public ItemTable<T> Bind(ItemDirectory directory) =>
        _waiting.IsEmpty || directory.Count == _directorySize ? this : With(directory, []);

    /// <summary>Replaces rows.</summary>
    public ItemTable<T> With(ItemDirectory directory, IEnumerable<KeyValuePair<string, T>> rows)
    {
        var writer = _rows.Edit();
        var waiting = _waiting.ToBuilder();
        foreach (var (id, row) in _waiting)
        {
            if (directory.TryFind(id, out var item))
            {
                writer.Set(item, row);
                waiting.Remove(id);
            }
        }

        foreach (var (id, row) in rows)
        {
            if (directory.TryFind(id, out var item))
            {
                writer.Set(item, row);
            }
            else
            {
                waiting[id] = row;
            }
        }

        return new(writer.Finish(), waiting.ToImmutable(), directory.Count);
    }
}
