using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations;

/// <summary>An item of a slate, to be explained.</summary>
/// <param name="Catalog">The catalogue.</param>
/// <param name="Policy">The policy that scored it.</param>
/// <param name="Workspace">What it was scored with.</param>
/// <param name="Number">The product's number.</param>
/// <param name="Features">Its features.</param>
/// <param name="Source">The generator that found it.</param>
internal readonly ref struct ExplainedItem(
    CatalogSnapshot catalog, PolicySnapshot policy, RecommendWorkspace workspace, int number, ReadOnlySpan<float> features, CandidateSource source)
{
    public CatalogSnapshot Catalog { get; } = catalog;

    public PolicySnapshot Policy { get; } = policy;

    public RecommendWorkspace Workspace { get; } = workspace;

    public int Number { get; } = number;

    public ReadOnlySpan<float> Features { get; } = features;

    public CandidateSource Source { get; } = source;
}

/// <summary>
/// Says why an item is in a slate: the estimate is a sum, one term per item feature and one for the item itself, so each
/// signal's contribution is its term.
/// </summary>
internal static class Explainer
{
    private const int MostReasons = 3;

    /// <summary>The largest contributions above 0, strongest first; what found the item when none is.</summary>
    public static ImmutableArray<Reason> Explain(in ExplainedItem item)
    {
        Span<float> contributions = stackalloc float[FeatureSchema.ItemCount + 1];
        for (var i = 1; i < FeatureSchema.ItemCount; i++)
        {
            contributions[i] = item.Workspace.Projection[i] * item.Features[i];
        }

        contributions[FeatureSchema.ItemCount] =
            item.Policy.Of(item.Number) is { } own ? Simd.Dot<float>(item.Workspace.User, own.Weights.AsSpan()) : 0;
        var reasons = ImmutableArray.CreateBuilder<Reason>(MostReasons);
        while (reasons.Count < MostReasons)
        {
            var best = Largest(contributions);
            if (!(contributions[best] > 1e-4f))
            {
                break;
            }

            if (Describe(best, item) is var (signal, text))
            {
                reasons.Add(new Reason(signal, text, contributions[best]));
            }

            contributions[best] = 0;
        }

        if (reasons.Count == 0)
        {
            reasons.Add(BySource(item));
        }

        return reasons.ToImmutable();
    }

    private static int Largest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    private static (string Signal, string Text)? Describe(int feature, in ExplainedItem item) => feature switch
    {
        (int)ItemFeature.Sentiment when item.Features[feature] > 0 => (ReasonSignals.ProductSentiment, SentimentText(item)),
        (int)ItemFeature.SentimentTrend when item.Features[feature] > 0 => (ReasonSignals.SentimentTrend, "Shoppers like it better by the day"),
        (int)ItemFeature.Price or (int)ItemFeature.PriceFit => (ReasonSignals.Price, "In the price range you tend to choose"),
        (int)ItemFeature.Popularity => (ReasonSignals.Popular, "Popular with shoppers"),
        (int)ItemFeature.SegmentPopularity => (ReasonSignals.PopularInSegment, "Popular with people like you"),
        (int)ItemFeature.Trending => (ReasonSignals.Trending, "Trending this hour"),
        (int)ItemFeature.Newness when item.Features[feature] > 0.3f => (ReasonSignals.New, "New in the shop"),
        (int)ItemFeature.CategoryAffinity when item.Features[feature] > 0 => (ReasonSignals.CategoryAffinity, CategoryText(item)),
        (int)ItemFeature.BrandAffinity when item.Features[feature] > 0 => (ReasonSignals.BrandAffinity, $"You like {Brand(item)}"),
        (int)ItemFeature.AttributeAffinity when item.Features[feature] > 0 => (ReasonSignals.AttributeAffinity, AttributeText(item)),
        (int)ItemFeature.Taste or (int)ItemFeature.Appeal when item.Features[feature] > 0 => (ReasonSignals.AttributeAffinity, AttributeText(item)),
        (int)ItemFeature.CoVisitation => (ReasonSignals.CoVisited, $"Goes with {FirstSeed(item)}"),
        (int)ItemFeature.Likeness => (ReasonSignals.Similar, $"Like {FirstSeed(item)}"),
        FeatureSchema.ItemCount => (ReasonSignals.Learned, "People like you chose it"),
        _ => null,
    };

    private static Reason BySource(in ExplainedItem item) => item.Source switch
    {
        CandidateSource.CoVisitation => new(ReasonSignals.CoVisited, $"Goes with {FirstSeed(item)}", 0),
        CandidateSource.Content => new(ReasonSignals.Similar, "Close to what you like", 0),
        CandidateSource.Trending => new(ReasonSignals.Trending, "Trending this hour", 0),
        CandidateSource.Popular => new(ReasonSignals.Popular, "Popular with shoppers", 0),
        CandidateSource.Sentiment => new(ReasonSignals.ProductSentiment, SentimentText(item), 0),
        _ => new(ReasonSignals.Exploration, "Something different to discover", 0),
    };

    private static string SentimentText(in ExplainedItem item) =>
        item.Catalog.Sentiment(item.Number).LovedAspect is { Length: > 0 } aspect ? $"People like you loved the {aspect}" : "Shoppers love it";

    /// <summary>A shopper whose joy was seen or heard is told so; one who only clicked is not.</summary>
    private static string CategoryText(in ExplainedItem item)
    {
        var name = item.Catalog.Facts(item.Number)?.CategoryPath is [.., var deepest] ? deepest : "this";
        return item.Workspace.User[(int)UserFeature.Joy] > 0.3f ? $"You smiled at {name}" : $"You like {name}";
    }

    private static string Brand(in ExplainedItem item) => item.Catalog.Facts(item.Number)?.Brand ?? "the brand";

    private static string AttributeText(in ExplainedItem item)
    {
        var facets = item.Catalog.Columns.ItemFacets[item.Number];
        var facts = item.Catalog.Facts(item.Number);
        if (facets is null || facts is null)
        {
            return "It has what you look for";
        }

        var best = 0;
        for (var i = 1; i < facets.Attributes.Length; i++)
        {
            best = item.Workspace.Affinities[facets.Attributes[i]] > item.Workspace.Affinities[facets.Attributes[best]] ? i : best;
        }

        return best < facts.Attributes.Length ? $"You like {facts.Attributes[best].Value}" : "It has what you look for";
    }

    private static string FirstSeed(in ExplainedItem item) =>
        item.Workspace.SeedCount > 0 && item.Catalog.Facts(item.Workspace.Seeds[0]) is { Title.Length: > 0 } seed ? seed.Title : "what you looked at";
}
