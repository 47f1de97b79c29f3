using Google.Protobuf.WellKnownTypes;
using Personalization.Api.Validation;
using Personalization.Domain.Products;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Recommendations;

/// <summary>Requests for slates to the grains, and slates to the wire.</summary>
internal static class SlateMapping
{
    private const string DefaultPlacement = "default";
    private const float DefaultDiversity = 0.3f;

    /// <summary>The grain's form of a checked request.</summary>
    public static RecommendCommand ToCommand(Wire.RecommendRequest request, long minOffset) => new()
    {
        Placement = request.Placement.Length == 0 ? DefaultPlacement : request.Placement,
        PageSize = RecommendRules.PageSize(request.PageSize),
        SessionId = request.Shopper.SessionId,
        Context = ContextRules.ToEntries(request.Context),
        SeedProductIds = [.. request.SeedProductIds],
        ExcludedProductIds = [.. request.ExcludedProductIds],
        Brands = request.Filter is null ? [] : [.. request.Filter.Brands],
        Categories = request.Filter is null ? [] : [.. request.Filter.Categories],
        MinPrice = request.Filter is { HasMinPrice: true } ? request.Filter.MinPrice : null,
        MaxPrice = request.Filter is { HasMaxPrice: true } ? request.Filter.MaxPrice : null,
        InStockOnly = request.Filter is not { HasInStock: true, InStock: false },
        Diversity = request.HasDiversity ? request.Diversity : DefaultDiversity,
        MinOffset = minOffset,
        Explain = request.Explain,
        RequestId = request.RequestId,
        AllowRepurchase = request.HasAllowRepurchase ? request.AllowRepurchase : null,
        Rules = request.Rules.Count == 0 ? [] : [.. request.Rules.Select(ToMessage)],
    };

    private static RankingRuleMessage ToMessage(Wire.RankingRule rule)
    {
        var boost = rule.EffectCase == Wire.RankingRule.EffectOneofCase.Boost ? rule.Boost : 0;
        return rule.SubjectCase switch
        {
            Wire.RankingRule.SubjectOneofCase.Brand => Of(FacetKey.Brand(rule.Brand)),
            Wire.RankingRule.SubjectOneofCase.Category => Of(FacetKey.Of(FacetKind.Category, rule.Category)),
            Wire.RankingRule.SubjectOneofCase.Attribute => Of(FacetKey.Attribute(rule.Attribute.Name, rule.Attribute.Value)),
            _ => new RankingRuleMessage(rule.ProductId, default, string.Empty, boost),
        };

        RankingRuleMessage Of(FacetKey facet) => new(string.Empty, facet.Kind, facet.Name, boost);
    }

    /// <summary>The grain's form of a checked request to rank.</summary>
    public static RecommendCommand ToCommand(Wire.RankItemsRequest request, long minOffset) => new()
    {
        Placement = request.Placement.Length == 0 ? DefaultPlacement : request.Placement,
        PageSize = RecommendRules.PageSize(request.PageSize, request.ProductIds.Count),
        SessionId = request.Shopper.SessionId,
        Context = ContextRules.ToEntries(request.Context),

        // The caller chose the candidates: what is out of stock is for it to know.
        InStockOnly = false,
        Diversity = request.HasDiversity ? request.Diversity : DefaultDiversity,
        MinOffset = minOffset,
        Explain = request.Explain,
        RequestId = request.RequestId,
        Candidates = [.. request.ProductIds],
        OfflineScores = request.OfflineScores.Count == 0 ? [] : [.. request.ProductIds.Select(id => request.OfflineScores.GetValueOrDefault(id, double.NaN))],
    };

    /// <summary>The wire's form of a slate.</summary>
    public static Wire.RecommendResponse ToWire(SlateReply slate, int pageSize, TimeSpan took)
    {
        var response = new Wire.RecommendResponse
        {
            DecisionId = slate.DecisionId,
            AttributionToken = slate.AttributionToken,
            SlatePropensity = slate.SlatePropensity,
            Versions = VersionsOf(slate),
            ProfileAsOf = ReplyMapping.AsOf(slate.Partition, slate.Offset, slate.OccurredAt),
            PageSize = pageSize,
            Took = Duration.FromTimeSpan(took),
            Replayed = slate.Replayed,
        };
        ReplyMapping.Add(response.Degraded, slate.Degraded);
        for (var i = 0; i < slate.Items.Length; i++)
        {
            response.Items.Add(ToWire(slate.Items[i], rank: i + 1));
        }

        return response;
    }

    private static Wire.Versions VersionsOf(SlateReply slate)
    {
        var versions = ReplyMapping.Versions(slate.PolicyVersion, slate.ModelVersions, slate.Experiment, slate.CatalogVersion);
        (versions.PolicyMode, versions.Shadow) = (PolicyMapping.ToWire(slate.Mode), slate.Shadow);
        return versions;
    }

    private static Wire.RecommendedItem ToWire(SlateItem item, int rank)
    {
        var wire = new Wire.RecommendedItem
        {
            ProductId = item.ProductId,
            Rank = rank,
            Score = item.Score,
            Propensity = item.Propensity,
            Source = item.Source,
            Boost = item.Boost,
            Sentiment = new Wire.SentimentSnippet { Valence = item.Valence, StandardDeviation = item.ValenceSd, Weight = item.SentimentWeight },
        };
        foreach (var reason in item.Reasons)
        {
            wire.Reasons.Add(new Wire.Reason { Signal = reason.Signal, Text = reason.Text, Contribution = reason.Contribution, Share = reason.Share });
        }

        return wire;
    }
}
