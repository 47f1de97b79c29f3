using System.Collections.Concurrent;

namespace Personalization.Grains.Products;

/// <summary>
/// Up to where what partitions contributed to products is persisted, of the products on this silo. A partition that makes a
/// checkpoint looks here before it asks a product: most of them persisted what it contributed when another asked. What is
/// persisted stays so, whatever becomes of the silo; of a product that is not here nothing is known, and it is asked.
/// </summary>
/// <remarks>Safe for concurrent use: products write, each its own, and partitions read.</remarks>
public sealed class SettledFolds
{
    private readonly ConcurrentDictionary<string, long[]> _offsets = new(StringComparer.Ordinal);

    /// <summary>Whether everything that a partition contributed to a product up to an offset is persisted.</summary>
    public bool Has(string product, int partition, long offset) =>
        _offsets.TryGetValue(product, out var offsets) && partition < offsets.Length && Volatile.Read(ref offsets[partition]) >= offset;

    /// <summary>Notes that what a partition contributed to a product is persisted up to an offset.</summary>
    /// <param name="product">The product.</param>
    /// <param name="partitions">How many partitions have contributed to it so far.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The offset.</param>
    public void Settle(string product, int partitions, int partition, long offset)
    {
        var offsets = _offsets.GetOrAdd(product, static (_, count) => new long[count], partitions);
        if (offsets.Length < partitions)
        {
            // Only the product itself writes: nothing is written to the old one meanwhile.
            Array.Resize(ref offsets, partitions);
            _offsets[product] = offsets;
        }

        Volatile.Write(ref offsets[partition], offset);
    }

    /// <summary>Forgets a product that leaves the silo.</summary>
    public void Forget(string product) => _offsets.TryRemove(product, out _);
}
