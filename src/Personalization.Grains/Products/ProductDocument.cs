using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Products;

/// <summary>How a product is stored in the catalogue's collection.</summary>
internal static class ProductDocument
{
    private const byte Format = 2;

    // Products of this format end with their launch.
    private const byte WithoutOfflineScore = 1;

    public static byte[] Write(ProductMessage product, long version)
    {
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Int(version);
        writer.Text(product.ProductId);
        writer.Text(product.Title);
        writer.Text(product.Brand);
        Texts(writer, product.CategoryPath);
        writer.Decimal(product.Price);
        writer.Text(product.Currency);
        writer.Double(product.MarginRate);
        writer.Bool(product.InStock);
        Texts(writer, product.AttributeNames);
        Texts(writer, product.AttributeValues);
        writer.Time(product.LaunchedAt);
        writer.Double(product.OfflineScore ?? double.NaN);
        return output.WrittenSpan.ToArray();
    }

    public static (ProductMessage Product, long Version) Read(ReadOnlySpan<byte> document)
    {
        var reader = new StateReader(document);
        var format = StateCheck.Version(ref reader, Format, "product");

        var version = reader.Int();
        var product = new ProductMessage
        {
            ProductId = reader.Text(),
            Title = reader.Text(),
            Brand = reader.Text(),
            CategoryPath = Texts(ref reader),
            Price = reader.Decimal(),
            Currency = reader.Text(),
            MarginRate = reader.Double(),
            InStock = reader.Bool(),
            AttributeNames = Texts(ref reader),
            AttributeValues = Texts(ref reader),
            LaunchedAt = reader.Time(),
        };
        var score = format == WithoutOfflineScore ? double.NaN : reader.Double();
        return (double.IsNaN(score) ? product : product with { OfflineScore = score }, version);
    }

    private static void Texts(StateWriter writer, string[] texts)
    {
        writer.UInt((ulong)texts.Length);
        foreach (var text in texts)
        {
            writer.Text(text);
        }
    }

    private static string[] Texts(ref StateReader reader)
    {
        var texts = new string[reader.Count()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.Text();
        }

        return texts;
    }
}
