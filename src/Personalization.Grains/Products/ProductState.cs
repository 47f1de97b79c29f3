using System.Buffers;
using Personalization.Domain.Products;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Products;

/// <summary>A product's aggregate as the product grain's state.</summary>
public sealed class ProductState
{
    /// <summary>The aggregate; null until there is any.</summary>
    public ProductSentiment? Sentiment { get; set; }
}

/// <summary>How the product grain's state is stored: as the aggregate is.</summary>
public sealed class ProductStateCodec(ProductSentimentCodec sentiments) : IStateCodec<ProductState>
{
    /// <inheritdoc/>
    public string Name => sentiments.Name;

    /// <inheritdoc/>
    public void Write(ProductState state, IBufferWriter<byte> output) =>
        sentiments.Write(state.Sentiment ?? throw new InvalidOperationException("There is no aggregate to store."), output);

    /// <inheritdoc/>
    public ProductState Read(ReadOnlySpan<byte> input) => new() { Sentiment = sentiments.Read(input) };
}
