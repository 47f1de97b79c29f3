using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Products;

/// <summary>Writes and reads product aggregates: format version, revision, offsets by partition, and the sums with what they decay by.</summary>
/// <param name="model">What aggregates are read into; its time constants may differ from those they were written under.</param>
public sealed class ProductSentimentCodec(ProductModel model) : IStateCodec<ProductSentiment>
{
    private const byte FormatVersion = 1;

    /// <inheritdoc/>
    public string Name => "product-sentiment";

    /// <inheritdoc/>
    public void Write(ProductSentiment state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        state.Write(writer);
    }

    /// <inheritdoc/>
    public ProductSentiment Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        StateCheck.Version(ref reader, FormatVersion, "product aggregate");
        var product = ProductSentiment.Read(ref reader, model);
        StateCheck.AtEnd(ref reader, "product aggregate");
        return product;
    }
}
