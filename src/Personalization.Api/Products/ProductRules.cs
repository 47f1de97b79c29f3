using Google.Protobuf.Collections;
using Personalization.Api.Validation;
using Personalization.Domain.Products;

namespace Personalization.Api.Products;

/// <summary>What the contract asks of a product.</summary>
internal static class ProductRules
{
    /// <summary>The deepest category path.</summary>
    public const int MaxDepth = 8;

    private const int MaxTitleLength = 500;
    private const int MaxBrandLength = 128;
    private const int MaxNameLength = 64;
    private const int MaxAttributes = 64;
    private const long MaxPriceUnits = 1_000_000_000;

    /// <summary>Checks a product.</summary>
    public static void Check(Wire.Product product, FieldViolations violations)
    {
        violations.Id("product_id", product.ProductId);
        violations.Length("title", product.Title, 0, MaxTitleLength);
        violations.Length("brand", product.Brand, 0, MaxBrandLength);
        CheckCategory(product.CategoryPath, 1, violations);
        violations.NotNegative("price", product.Price, MaxPriceUnits);
        if (product.HasMarginRate)
        {
            violations.Range("margin_rate", product.MarginRate, -1.0, 1.0);
        }

        if (product.HasOfflineScore)
        {
            violations.Range("offline_score", product.OfflineScore, ProductFacts.LeastOfflineScore, ProductFacts.MostOfflineScore);
        }

        violations.Moment("launched_at", product.LaunchedAt);
        CheckAttributes(product.Attributes, violations);
    }

    /// <summary>Checks a category path.</summary>
    public static void CheckCategory(RepeatedField<string> path, int minDepth, FieldViolations violations)
    {
        violations.Count("category_path", path.Count, minDepth, MaxDepth);
        for (var i = 0; i < path.Count; i++)
        {
            using var _ = violations.In("category_path", i);
            violations.Length(string.Empty, path[i], 1, MaxNameLength);
            if (path[i].Contains('/', StringComparison.Ordinal))
            {
                violations.Add(string.Empty, "has a slash; allowed: names without slashes, one per level");
            }
        }
    }

    private static void CheckAttributes(MapField<string, string> attributes, FieldViolations violations)
    {
        violations.Count("attributes", attributes.Count, 0, MaxAttributes);
        foreach (var (name, value) in attributes)
        {
            using var _ = violations.In("attributes", name);
            if (name.Length is 0 or > MaxNameLength || name.Contains(':', StringComparison.Ordinal))
            {
                violations.Add(string.Empty, $"has a name of {name.Length} characters or with a colon; allowed: 1 to {MaxNameLength} characters without colons");
            }

            violations.Length(string.Empty, value, 1, MaxNameLength);
        }
    }
}
