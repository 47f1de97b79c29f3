using System.Collections.Immutable;
using Personalization.Domain.Validation;

namespace Personalization.Domain.Products;

/// <summary>The rules that a product must keep to enter the catalogue.</summary>
public static class ProductFactsValidator
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>The longest title.</summary>
    public const int MaxTitleLength = 500;

    /// <summary>The longest brand.</summary>
    public const int MaxBrandLength = 128;

    /// <summary>The longest name of a category or attribute, and the longest value of an attribute.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The deepest category path.</summary>
    public const int MaxCategoryDepth = 8;

    /// <summary>The most attributes.</summary>
    public const int MaxAttributes = 64;

    /// <summary>The highest price, in whatever currency: what is above it is a slip of the pen.</summary>
    public const decimal MaxPrice = 1_000_000_000m;

    /// <summary>Checks a product.</summary>
    /// <returns>All that is wrong, in order of the fields; empty when the product is good.</returns>
    public static ImmutableArray<FieldProblem> Validate(ProductFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        CheckText(problems, nameof(facts.ProductId), facts.ProductId, 1, MaxIdLength);
        CheckText(problems, nameof(facts.Title), facts.Title, 0, MaxTitleLength);
        CheckText(problems, nameof(facts.Brand), facts.Brand, 0, MaxBrandLength);
        CheckCategory(problems, facts.CategoryPath);
        CheckMoney(problems, facts);
        CheckAttributes(problems, facts.Attributes);
        if (facts.OfflineScore is not (null or (>= ProductFacts.LeastOfflineScore and <= ProductFacts.MostOfflineScore)))
        {
            problems.Add(new(
                nameof(facts.OfflineScore), $"is {facts.OfflineScore}",
                $"{ProductFacts.LeastOfflineScore} to {ProductFacts.MostOfflineScore}, an expected reward, or null"));
        }

        if (!float.IsNaN(facts.PriceRank) && facts.PriceRank is not (>= 0 and <= 1))
        {
            problems.Add(new(nameof(facts.PriceRank), $"is {facts.PriceRank}", "0 to 1, or NaN when unknown"));
        }

        return problems.ToImmutable();
    }

    private static void CheckCategory(ImmutableArray<FieldProblem>.Builder problems, ImmutableArray<string> path)
    {
        const string Field = nameof(ProductFacts.CategoryPath);
        if (path.IsDefaultOrEmpty || path.Length > MaxCategoryDepth)
        {
            problems.Add(new(Field, $"has {(path.IsDefault ? 0 : path.Length)} names", $"1 to {MaxCategoryDepth} names"));
            return;
        }

        for (var i = 0; i < path.Length; i++)
        {
            CheckText(problems, $"{Field}[{i}]", path[i], 1, MaxNameLength);
            if (path[i]?.Contains('/', StringComparison.Ordinal) == true)
            {
                problems.Add(new($"{Field}[{i}]", $"'{path[i]}' has a slash", "names without slashes, one per level"));
            }
        }
    }

    private static void CheckMoney(ImmutableArray<FieldProblem>.Builder problems, ProductFacts facts)
    {
        if (facts.Price is < 0 or > MaxPrice)
        {
            problems.Add(new(nameof(facts.Price), $"is {facts.Price}", $"0 to {MaxPrice:F0}"));
        }

        var unpriced = facts.Price == 0 && facts.Currency is "";
        if (!unpriced && facts.Currency is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z'])
        {
            problems.Add(new(nameof(facts.Currency), $"is '{facts.Currency}'", "three capital letters of ISO 4217; empty only when the price is 0"));
        }

        if (facts.MarginRate is not (>= -1 and <= 1))
        {
            problems.Add(new(nameof(facts.MarginRate), $"is {facts.MarginRate}", "-1 to 1, a share of the price"));
        }
    }

    private static void CheckAttributes(ImmutableArray<FieldProblem>.Builder problems, ImmutableArray<ProductAttribute> attributes)
    {
        const string Field = nameof(ProductFacts.Attributes);
        if (attributes.Length > MaxAttributes)
        {
            problems.Add(new(Field, $"has {attributes.Length}", $"up to {MaxAttributes}"));
        }

        for (var i = 0; i < attributes.Length; i++)
        {
            var (name, value) = attributes[i];
            CheckText(problems, $"{Field}[{i}].Name", name, 1, MaxNameLength);
            CheckText(problems, $"{Field}[{i}].Value", value, 1, MaxNameLength);
            if (name?.Contains(':', StringComparison.Ordinal) == true)
            {
                problems.Add(new($"{Field}[{i}].Name", $"'{name}' has a colon", "names without colons"));
            }

            // They are sorted: what is twice stands side by side.
            if (i > 0 && attributes[i] == attributes[i - 1])
            {
                problems.Add(new($"{Field}[{i}]", $"'{name}:{value}' is there twice", "each name and value once"));
            }
        }
    }

    private static void CheckText(ImmutableArray<FieldProblem>.Builder problems, string field, string? text, int min, int max)
    {
        var length = text?.Length ?? -1;
        if (length < min || length > max)
        {
            var problem = length switch { -1 => "is missing", 0 => "is empty", _ => $"has {length} characters" };
            problems.Add(new(field, problem, $"{min} to {max} characters"));
        }
    }
}
