using Personalization.Domain.Products;

namespace Personalization.Domain.Tests.Recommendations.Catalog;

/// <summary>Makes products to test with.</summary>
internal static class SampleProducts
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] s_brands = ["Alder", "Birch", "Cedar", "Dogwood", ""];
    private static readonly string[][] s_categories = [["skin", "serum"], ["skin", "cream"], ["lips"], ["hair", "wash", "dry"]];
    private static readonly string[] s_finishes = ["matte", "gloss", "satin"];

    public static ProductFacts Make(string id, string brand = "Alder", string[]? category = null, decimal price = 10, bool inStock = true) => new()
    {
        ProductId = id,
        Title = "Title " + id,
        Brand = brand,
        CategoryPath = [.. category ?? ["skin", "serum"]],
        Price = price,
        Currency = "EUR",
        InStock = inStock,
        LaunchedAt = Now - TimeSpan.FromDays(100),
    };

    /// <summary>A product made of a number, the same each time.</summary>
    public static ProductFacts OfNumber(int n, int salt = 0)
    {
        var mixed = (n * 7919) + (salt * 104729);
        return Make($"p{n}", s_brands[mixed % 5], s_categories[mixed / 5 % 4], 5 + (mixed % 47), (mixed % 9) != 0) with
        {
            Attributes = [new("finish", s_finishes[mixed % 3]), new("size", mixed % 2 == 0 ? "s" : "l")],
            MarginRate = (mixed % 10) / 10.0,
            LaunchedAt = Now - TimeSpan.FromDays(mixed % 200),
        };
    }
}
