using System.Buffers;
using Personalization.Domain.Products;

namespace Personalization.Grains.Products;

/// <summary>Makes one delta of a partition's contributions to a product.</summary>
internal sealed class ProductFoldCodec(ProductModel model)
{
    // One delta for all products of a partition: it runs in the partition's turns, one after the other.
    private readonly ProductDelta _delta = new(model);
    private readonly ArrayBufferWriter<byte> _output = new(512);

    public byte[] Encode(IReadOnlyList<(long Offset, ProductContribution Item)> contributions)
    {
        _delta.Reset();
        _output.ResetWrittenCount();
        foreach (var (offset, item) in contributions)
        {
            _delta.Add(offset, in item);
        }

        _delta.Write(_output);
        return _output.WrittenSpan.ToArray();
    }
}
