using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Products;

/// <summary>
/// What the events of one partition, over some offsets, add to one product. A partition builds it, sends it to the product
/// and uses it again. Not safe for use by several threads at once.
/// </summary>
public sealed class ProductDelta
{
    private const byte FormatVersion = 1;

    /// <summary>A delta that adds nothing yet.</summary>
    public ProductDelta(ProductModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Sums = new ProductSums(model.Options);
    }

    /// <summary>The model by whose options it sums.</summary>
    public ProductModel Model { get; }

    /// <summary>The first offset that it has something from; 0 for none.</summary>
    public long FirstOffset { get; private set; }

    /// <summary>The last offset that it has something from; 0 for none.</summary>
    public long LastOffset { get; private set; }

    /// <summary>Whether it adds nothing.</summary>
    public bool IsEmpty => LastOffset == 0;

    /// <summary>Whether any of it is a feeling, and not only something that was done.</summary>
    public bool HasFeelings => Sums.Observations > 0;

    internal ProductSums Sums { get; }

    /// <summary>Adds what an event contributes.</summary>
    /// <param name="offset">The event's offset, later than all before.</param>
    /// <param name="contribution">What it adds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not later: the event may be in here already.</exception>
    public void Add(long offset, in ProductContribution contribution)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offset, LastOffset);
        FirstOffset = IsEmpty ? offset : FirstOffset;
        LastOffset = offset;
        Sums.Add(in contribution);
    }

    /// <summary>Back to nothing, keeping the memory.</summary>
    public void Reset()
    {
        FirstOffset = 0;
        LastOffset = 0;
        Sums.Clear();
    }

    /// <summary>Writes the delta for the way to its product.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.UInt((ulong)FirstOffset);
        writer.UInt((ulong)LastOffset);
        Sums.Write(writer);
    }

    /// <summary>Reads a delta that was written under the same options.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static ProductDelta Read(ReadOnlySpan<byte> input, ProductModel model)
    {
        var delta = new ProductDelta(model);
        delta.Load(input);
        return delta;
    }

    /// <summary>Becomes what was written, keeping the memory; as <see cref="Read"/>.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version; the delta holds nothing of use then.</exception>
    public void Load(ReadOnlySpan<byte> input)
    {
        Reset();
        var reader = new StateReader(input);
        StateCheck.Version(ref reader, FormatVersion, "product delta");
        var (first, last) = (reader.UInt(), reader.UInt());
        StateCheck.That(first <= last && last <= long.MaxValue && (first == 0) == (last == 0), "an offset");
        FirstOffset = (long)first;
        LastOffset = (long)last;
        Sums.Read(ref reader);
        StateCheck.AtEnd(ref reader, "product delta");
    }
}
