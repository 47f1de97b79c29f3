using System.Buffers;
using System.Collections.Immutable;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Products;

/// <summary>Writes and reads products. The price rank is not written: it belongs to a catalogue and a moment.</summary>
public sealed class ProductFactsCodec : IStateCodec<ProductFacts>
{
    private const byte FormatVersion = 2;

    // Products of this format end with their launch.
    private const byte WithoutOfflineScore = 1;

    /// <inheritdoc/>
    public string Name => "product-facts";

    /// <inheritdoc/>
    public void Write(ProductFacts state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Text(state.ProductId);
        writer.Text(state.Title);
        writer.Text(state.Brand);
        writer.UInt((ulong)state.CategoryPath.Length);
        foreach (var name in state.CategoryPath)
        {
            writer.Text(name);
        }

        writer.Decimal(state.Price);
        writer.Text(state.Currency);
        writer.Double(state.MarginRate);
        writer.Bool(state.InStock);
        writer.UInt((ulong)state.Attributes.Length);
        foreach (var (name, value) in state.Attributes)
        {
            writer.Text(name);
            writer.Text(value);
        }

        writer.Time(state.LaunchedAt);
        writer.Double(state.OfflineScore ?? double.NaN);
    }

    /// <inheritdoc/>
    public ProductFacts Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var version = StateCheck.Version(ref reader, FormatVersion, "product");
        var facts = new ProductFacts
        {
            ProductId = reader.Text(),
            Title = reader.Text(),
            Brand = reader.Text(),
            CategoryPath = ReadPath(ref reader),
            Price = reader.Decimal(),
            Currency = reader.Text(),
            MarginRate = StateCheck.Finite(reader.Double(), "a margin rate"),
            InStock = reader.Bool(),
            Attributes = ReadAttributes(ref reader),
            LaunchedAt = reader.Time(),
        };
        facts = version == WithoutOfflineScore ? facts : facts with { OfflineScore = ReadScore(ref reader) };
        StateCheck.AtEnd(ref reader, "product");
        return facts;
    }

    private static double? ReadScore(ref StateReader reader)
    {
        var score = reader.Double();
        StateCheck.That(!double.IsInfinity(score), "an offline score");
        return double.IsNaN(score) ? null : score;
    }

    private static ImmutableArray<string> ReadPath(ref StateReader reader)
    {
        var path = ImmutableArray.CreateBuilder<string>(reader.Count());
        for (var left = path.Capacity; left > 0; left--)
        {
            path.Add(reader.Text());
        }

        return path.MoveToImmutable();
    }

    private static ImmutableArray<ProductAttribute> ReadAttributes(ref StateReader reader)
    {
        var attributes = ImmutableArray.CreateBuilder<ProductAttribute>(reader.Count(minimumSize: 2));
        for (var left = attributes.Capacity; left > 0; left--)
        {
            attributes.Add(new ProductAttribute(reader.Text(), reader.Text()));
        }

        return attributes.MoveToImmutable();
    }
}
