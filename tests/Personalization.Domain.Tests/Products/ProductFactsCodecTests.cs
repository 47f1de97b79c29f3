using System.Buffers;
using CsCheck;
using Personalization.Domain.Products;

namespace Personalization.Domain.Tests.Products;

public sealed class ProductFactsCodecTests
{
    private static readonly ProductFactsCodec Codec = new();

    private static readonly Gen<ProductFacts> Products = Gen.Select(
        Gen.String[0, 20], Gen.String[0, 9].Array[0, 8], Gen.Decimal[0, 1000], Gen.Double[-1, 1], Gen.Bool, Gen.Select(Gen.String[0, 5], Gen.String[0, 5]).Array[0, 9])
        .Select(static t => new ProductFacts
        {
            ProductId = t.Item1,
            Title = t.Item1 + "!",
            Brand = t.Item1,
            CategoryPath = [.. t.Item2],
            Price = t.Item3,
            Currency = "EUR",
            MarginRate = t.Item4,
            InStock = t.Item5,
            Attributes = [.. t.Item6.Select(static a => new ProductAttribute(a.Item1, a.Item2))],
            LaunchedAt = DateTimeOffset.UnixEpoch,
            OfflineScore = t.Item5 ? t.Item4 : null,
        });

    [Fact]
    public void Read_WhatWasWritten_IsEqual() =>
        Gen.Select(Products, Gen.Double[0, 0.999]).Sample(static (facts, part) =>
        {
            var output = new ArrayBufferWriter<byte>();
            Codec.Write(facts, output);
            var bytes = output.WrittenSpan.ToArray();
            var read = Codec.Read(bytes);

            Assert.Equal(Printable(facts), Printable(read));
            Assert.Equal(facts.CategoryFacets.Length, read.CategoryFacets.Length);
            Assert.Throws<FormatException>(() => Codec.Read(bytes.AsSpan(0, (int)(part * bytes.Length))));
        });

    [Fact]
    public void Read_PriceRank_IsNotKept()
    {
        var output = new ArrayBufferWriter<byte>();
        Codec.Write(new ProductFacts { ProductId = "a", CategoryPath = ["b"], PriceRank = 0.3f }, output);

        Assert.True(float.IsNaN(Codec.Read(output.WrittenSpan).PriceRank));
    }

    [Fact]
    public void Read_WrittenBeforeThereWereOfflineScores_HasNone()
    {
        var output = new ArrayBufferWriter<byte>();
        Codec.Write(new ProductFacts { ProductId = "a", CategoryPath = ["b"], OfflineScore = 0.3 }, output);
        byte[] earlier = [1, .. output.WrittenSpan[1..^sizeof(double)]];

        Assert.Equal(Codec.Read(output.WrittenSpan) with { OfflineScore = null }, Codec.Read(earlier));
    }

    // Lone surrogates, which no caller can send, do not survive UTF-8.
    private static ProductFacts Printable(ProductFacts facts) => facts with
    {
        ProductId = Clean(facts.ProductId),
        Title = Clean(facts.Title),
        Brand = Clean(facts.Brand),
        CategoryPath = [.. facts.CategoryPath.Select(Clean)],
        Attributes = [.. facts.Attributes.Select(static a => new ProductAttribute(Clean(a.Name), Clean(a.Value)))],
    };

    private static string Clean(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
