using Personalization.Api.Validation;
using Personalization.Domain.Products;
using Personalization.Grains.Products;

namespace Personalization.Api.Products;

/// <summary>Products and their sentiment between the wire and the grains.</summary>
internal static class ProductMapping
{
    /// <summary>The grain's form of a checked product; a launch that is not said is left at its default for the catalogue to fill in.</summary>
    public static ProductMessage ToMessage(Wire.Product product)
    {
        var names = product.Attributes.Keys.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return new ProductMessage
        {
            ProductId = product.ProductId,
            Title = product.Title,
            Brand = product.Brand,
            CategoryPath = [.. product.CategoryPath],
            Price = product.Price?.ToDecimal() ?? 0,
            Currency = product.Price?.CurrencyCode ?? string.Empty,
            MarginRate = product.HasMarginRate ? product.MarginRate : ProductFacts.DefaultMarginRate,
            InStock = product.InStock,
            AttributeNames = names,
            AttributeValues = Array.ConvertAll(names, name => product.Attributes[name]),
            LaunchedAt = product.LaunchedAt?.ToTime() ?? default,
            OfflineScore = product.HasOfflineScore ? product.OfflineScore : null,
        };
    }

    /// <summary>The wire's form of a product.</summary>
    public static Wire.Product ToWire(ProductMessage product)
    {
        var wire = new Wire.Product
        {
            ProductId = product.ProductId,
            Title = product.Title,
            Brand = product.Brand,
            MarginRate = product.MarginRate,
            InStock = product.InStock,
            Price = product.Currency.Length == 0 ? null : MoneyMapping.ToMoney(product.Price, product.Currency),
            LaunchedAt = product.LaunchedAt == default ? null : TimeMapping.ToTimestamp(product.LaunchedAt),
        };
        if (product.OfflineScore is { } score)
        {
            wire.OfflineScore = score;
        }

        wire.CategoryPath.Add(product.CategoryPath);
        for (var i = 0; i < product.AttributeNames.Length; i++)
        {
            wire.Attributes[product.AttributeNames[i]] = product.AttributeValues[i];
        }

        return wire;
    }

    /// <summary>The wire's form of a product's sentiment.</summary>
    public static Wire.ProductSentiment ToWire(ProductSentimentView view)
    {
        var sentiment = new Wire.ProductSentiment
        {
            ProductId = view.ProductId,
            Valence = new Wire.Estimate { Mean = view.Valence, StandardDeviation = view.ValenceSd },
            Arousal = new Wire.Estimate { Mean = view.Arousal, StandardDeviation = view.ArousalSd },
            Weight = view.Weight,
            Count = view.Count,
            Trend = view.Trend,
            EvaluatedAt = TimeMapping.ToTimestamp(view.EvaluatedAt),
            Views = view.Views,
            Carts = view.Carts,
            Purchases = view.Purchases,
            Returns = view.Returns,
        };
        sentiment.ByAspect.Add(view.ByAspect.Select(ToWire));
        sentiment.ByChannel.Add(view.ByChannel.Select(ToWire));
        sentiment.ByTouchpoint.Add(view.ByTouchpoint.Select(ToWire));
        return sentiment;
    }

    private static Wire.SentimentSlice ToWire(SentimentSliceView slice) => new()
    {
        Name = slice.Name,
        Valence = new Wire.Estimate { Mean = slice.Valence, StandardDeviation = slice.ValenceSd },
        Weight = slice.Weight,
    };
}
