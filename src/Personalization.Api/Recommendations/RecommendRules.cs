using Google.Protobuf.Collections;
using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations;

namespace Personalization.Api.Recommendations;

/// <summary>What the contract asks of a request for a slate.</summary>
internal static class RecommendRules
{
    /// <summary>The largest page.</summary>
    public const int MaxPageSize = 100;

    private const int DefaultPageSize = 10;
    private const int MaxPlacementLength = 64;
    private const int MaxSeeds = 20;
    private const int MaxExcluded = 1000;
    private const int MaxCandidates = 500;
    private const int MaxFilterValues = 100;
    private const int MaxCategoryLength = (8 * 64) + 7;

    /// <summary>Checks a request.</summary>
    /// <returns>Whom it is about, as the caller wrote it; default when that is wrong.</returns>
    public static UserKey Check(Wire.RecommendRequest request, FieldViolations violations)
    {
        var user = violations.Shopper("shopper", request.Shopper);
        violations.Length("placement", request.Placement, 0, MaxPlacementLength);
        violations.Context("context", request.Context);
        CheckIds(request.SeedProductIds, "seed_product_ids", 0, MaxSeeds, violations);
        CheckIds(request.ExcludedProductIds, "excluded_product_ids", 0, MaxExcluded, violations);
        if (request.HasDiversity)
        {
            violations.Range("diversity", request.Diversity, 0.0, 1.0);
        }

        violations.OptionalId("request_id", request.RequestId);
        if (request.Filter is { } filter)
        {
            CheckFilter(filter, violations);
        }

        CheckRules(request.Rules, violations);
        return user;
    }

    /// <summary>Checks a request to rank.</summary>
    /// <returns>Whom it is about, as the caller wrote it; default when that is wrong.</returns>
    public static UserKey Check(Wire.RankItemsRequest request, FieldViolations violations)
    {
        var user = violations.Shopper("shopper", request.Shopper);
        violations.Length("placement", request.Placement, 0, MaxPlacementLength);
        violations.Context("context", request.Context);
        if (request.HasDiversity)
        {
            violations.Range("diversity", request.Diversity, 0.0, 1.0);
        }

        violations.OptionalId("request_id", request.RequestId);
        if (CheckIds(request.ProductIds, "product_ids", 1, MaxCandidates, violations))
        {
            CheckDifferent(request.ProductIds, violations);
        }

        CheckScores(request, violations);

        return user;
    }

    /// <summary>The page size of a slate after coercion.</summary>
    public static int PageSize(int asked) => asked == 0 ? DefaultPageSize : Math.Clamp(asked, 1, MaxPageSize);

    /// <summary>The page size of a ranking after coercion: all candidates, up to the largest page, unless asked for less.</summary>
    public static int PageSize(int asked, int candidates) => Math.Clamp(asked == 0 ? candidates : asked, 1, MaxPageSize);

    private static bool CheckIds(RepeatedField<string> ids, string field, int min, int max, FieldViolations violations)
    {
        var before = violations.Count;
        violations.Count(field, ids.Count, min, max);
        for (var i = 0; i < ids.Count; i++)
        {
            if (ids[i].Length is 0 or > Rules.IdLength)
            {
                using var _ = violations.In(field, i);
                violations.Id(string.Empty, ids[i]);
            }
        }

        return violations.Count == before;
    }

    private static void CheckDifferent(RepeatedField<string> ids, FieldViolations violations)
    {
        var seen = new Dictionary<string, int>(ids.Count, StringComparer.Ordinal);
        for (var i = 0; i < ids.Count; i++)
        {
            if (!seen.TryAdd(ids[i], i))
            {
                using var _ = violations.In("product_ids", i);
                violations.Add(string.Empty, $"is the same as product_ids[{seen[ids[i]]}]; allowed: different ids");
            }
        }
    }

    private static void CheckScores(Wire.RankItemsRequest request, FieldViolations violations)
    {
        var candidates = request.OfflineScores.Count == 0 ? [] : request.ProductIds.ToHashSet(StringComparer.Ordinal);
        foreach (var (id, score) in request.OfflineScores)
        {
            using var _ = violations.In("offline_scores", id);
            violations.Range(string.Empty, score, ProductFacts.LeastOfflineScore, ProductFacts.MostOfflineScore);
            if (!candidates.Contains(id))
            {
                violations.Add(string.Empty, "is of no candidate; allowed: ids that are among product_ids");
            }
        }
    }

    private static void CheckFilter(Wire.ItemFilter filter, FieldViolations violations)
    {
        using var _ = violations.In("filter");
        CheckNames(filter.Brands, "brands", Rules.IdLength, violations);
        CheckNames(filter.Categories, "categories", MaxCategoryLength, violations);
        var minIsGood = !filter.HasMinPrice || violations.Range("min_price", filter.MinPrice, 0.0, MoneyMapping.MaxUnits);
        var maxIsGood = !filter.HasMaxPrice || violations.Range("max_price", filter.MaxPrice, 0.0, MoneyMapping.MaxUnits);
        if (minIsGood && maxIsGood && filter.HasMinPrice && filter.HasMaxPrice && filter.MaxPrice < filter.MinPrice)
        {
            violations.Add("max_price", $"is {filter.MaxPrice}; allowed: not less than min_price, {filter.MinPrice}");
        }
    }

    private static void CheckRules(RepeatedField<Wire.RankingRule> rules, FieldViolations violations)
    {
        violations.Count("rules", rules.Count, 0, RankingRule.Most);
        for (var i = 0; i < rules.Count; i++)
        {
            using var _ = violations.In("rules", i);
            CheckSubject(rules[i], violations);
            switch (rules[i].EffectCase)
            {
                case Wire.RankingRule.EffectOneofCase.Boost:
                    violations.Range("boost", rules[i].Boost, RankingRule.LeastBoost, RankingRule.MostBoost);
                    break;
                case Wire.RankingRule.EffectOneofCase.KeepOut when rules[i].KeepOut:
                    break;
                case Wire.RankingRule.EffectOneofCase.KeepOut:
                    violations.Add("keep_out", "is false; allowed: true, or a boost instead");
                    break;
                default:
                    violations.Add("effect", "is missing; allowed: one of boost, keep_out");
                    break;
            }
        }
    }

    private static void CheckSubject(Wire.RankingRule rule, FieldViolations violations)
    {
        switch (rule.SubjectCase)
        {
            case Wire.RankingRule.SubjectOneofCase.ProductId:
                violations.Id("product_id", rule.ProductId);
                break;
            case Wire.RankingRule.SubjectOneofCase.Brand:
                violations.Length("brand", rule.Brand, 1, Rules.IdLength);
                break;
            case Wire.RankingRule.SubjectOneofCase.Category:
                violations.Length("category", rule.Category, 1, MaxCategoryLength);
                break;
            case Wire.RankingRule.SubjectOneofCase.Attribute:
                violations.Length("attribute.name", rule.Attribute.Name, 1, Rules.IdLength);
                violations.Length("attribute.value", rule.Attribute.Value, 1, Rules.IdLength);
                break;
            default:
                violations.Add("subject", "is missing; allowed: one of product_id, brand, category, attribute");
                break;
        }
    }

    private static void CheckNames(RepeatedField<string> names, string field, int maxLength, FieldViolations violations)
    {
        violations.Count(field, names.Count, 0, MaxFilterValues);
        for (var i = 0; i < names.Count; i++)
        {
            using var _ = violations.In(field, i);
            violations.Length(string.Empty, names[i], 1, maxLength);
        }
    }
}
