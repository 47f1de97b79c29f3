using Personalization.Domain.Serialization;

namespace Personalization.Domain.Products;

/// <summary>
/// What shoppers feel about one product and do with it: the sum of the deltas of all partitions, each counted once. Not safe
/// for use by several threads at once: its owner is the product's grain.
/// </summary>
/// <remarks>
/// <para>
/// <b>Exactly once.</b> A partition sends deltas over ranges of offsets (from, to], one after the other. The product keeps the
/// last offset per partition; what ends at or before it has been applied. A range that begins before it and ends after it
/// (after a crash, when the batches fall otherwise) cannot be applied in part, for a delta is a sum: the sender makes one of
/// what lies after the last offset.
/// </para>
/// <para>
/// <b>Exact.</b> Decay is counted forward from a landmark (<see cref="Statistics.ForwardDecay"/>), so how events were grouped
/// and when deltas arrived makes no difference, up to rounding.
/// </para>
/// </remarks>
public sealed partial class ProductSentiment
{
    /// <summary>The highest number of a partition.</summary>
    public const int MaxPartition = 65_535;

    private readonly ProductModel _model;
    private readonly ProductSums _sums;
    private long[] _offsets = [];

    /// <summary>A product that nobody has had to do with.</summary>
    public ProductSentiment(ProductModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _sums = new ProductSums(model.Options);
    }

    /// <summary>How many deltas that said something have been applied: grows with every change.</summary>
    public long Revision { get; private set; }

    /// <summary>Partitions of a number below this have contributed, or may have.</summary>
    public int Partitions => _offsets.Length;

    /// <summary>The last offset of a partition that was applied; 0 for none.</summary>
    public long LastOffset(int partition) => partition < _offsets.Length ? _offsets[partition] : 0;

    /// <summary>Applies a delta, once.</summary>
    /// <param name="partition">The partition that it comes from, 0 to <see cref="MaxPartition"/>.</param>
    /// <param name="fromExclusive">What it covers begins after this offset; not negative.</param>
    /// <param name="to">What it covers ends with this offset; greater than <paramref name="fromExclusive"/>.</param>
    /// <param name="delta">What all the range's events add to this product.</param>
    /// <exception cref="ArgumentException">The delta has offsets outside the range.</exception>
    public ProductMerge TryMerge(int partition, long fromExclusive, long to, ProductDelta delta)
    {
        RequireRange(partition, fromExclusive, to, delta);
        var last = LastOffset(partition);
        if (to <= last)
        {
            return new ProductMerge(ProductMergeStatus.AlreadyApplied, last);
        }

        // An overlap in which nothing lies is none: this product has seen all that the range has for it, or none of it.
        if (fromExclusive < last && !delta.IsEmpty && delta.FirstOffset <= last)
        {
            return delta.LastOffset <= last ? Move(partition, to, ProductMergeStatus.AlreadyApplied) : new ProductMerge(ProductMergeStatus.Overlap, last);
        }

        _sums.Add(delta.Sums);
        Revision += delta.IsEmpty ? 0 : 1;
        return Move(partition, to, ProductMergeStatus.Applied);
    }

    internal void Write(StateWriter writer)
    {
        writer.UInt((ulong)Revision);
        writer.UInt((ulong)_offsets.Length);
        foreach (var offset in _offsets)
        {
            writer.UInt((ulong)offset);
        }

        _sums.Write(writer);
    }

    internal static ProductSentiment Read(ref StateReader reader, ProductModel model)
    {
        var revision = reader.UInt();
        StateCheck.That(revision <= long.MaxValue, "the revision");
        var offsets = new long[reader.Count()];
        StateCheck.That(offsets.Length <= MaxPartition + 1, "the number of partitions");
        for (var i = 0; i < offsets.Length; i++)
        {
            var offset = reader.UInt();
            StateCheck.That(offset <= long.MaxValue, "an offset");
            offsets[i] = (long)offset;
        }

        var product = new ProductSentiment(model) { Revision = (long)revision, _offsets = offsets };
        product._sums.Read(ref reader);
        return product;
    }

    private ProductMerge Move(int partition, long to, ProductMergeStatus status)
    {
        if (partition >= _offsets.Length)
        {
            Array.Resize(ref _offsets, partition + 1);
        }

        _offsets[partition] = to;
        return new ProductMerge(status, to);
    }

    private static void RequireRange(int partition, long fromExclusive, long to, ProductDelta delta)
    {
        ArgumentNullException.ThrowIfNull(delta);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partition, MaxPartition);
        ArgumentOutOfRangeException.ThrowIfNegative(fromExclusive);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, fromExclusive);
        if (!delta.IsEmpty && (delta.FirstOffset <= fromExclusive || delta.LastOffset > to))
        {
            throw new ArgumentException(
                $"The delta has offsets {delta.FirstOffset} to {delta.LastOffset}; allowed: more than {fromExclusive} and up to {to}.", nameof(delta));
        }
    }
}

/// <summary>What became of a delta.</summary>
/// <param name="Status">Whether it was applied.</param>
/// <param name="LastOffset">The partition's last applied offset now. After an overlap: send what lies after it.</param>
public readonly record struct ProductMerge(ProductMergeStatus Status, long LastOffset);

/// <summary>Whether a delta was applied.</summary>
public enum ProductMergeStatus : byte
{
    /// <summary>It was.</summary>
    Applied = 0,
    /// <summary>All of it had been applied before; nothing changed.</summary>
    AlreadyApplied = 1,
    /// <summary>Some but not all of it had been applied before; nothing changed. Make a delta of what lies after the last offset.</summary>
    Overlap = 2,
}
