using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations;

/// <summary>An item of a slate, to be explained.</summary>
/// <param name="catalog">The catalogue.</param>
/// <param name="policy">The policy that scored it.</param>
/// <param name="workspace">What it was scored with.</param>
/// <param name="candidate">Its place among the candidates.</param>
internal readonly ref struct ExplainedItem(
    CatalogSnapshot catalog, PolicySnapshot policy, RecommendWorkspace workspace, int candidate)
{
    public CatalogSnapshot Catalog { get; } = catalog;

    public PolicySnapshot Policy { get; } = policy;

    public RecommendWorkspace Workspace { get; } = workspace;

    /// <summary>The product's number.</summary>
    public int Number { get; } = workspace.Candidates.Items[candidate];

    /// <summary>Its features.</summary>
    public ReadOnlySpan<float> Features { get; } = workspace.Features.AsSpan(candidate * FeatureSchema.ItemCount, FeatureSchema.ItemCount);

    /// <summary>The generator that found it.</summary>
    public CandidateSource Source { get; } = workspace.Candidates.Sources[candidate];

    /// <summary>Its estimate as rules made it, …</summary>
    public float Score { get; } = workspace.Means[candidate];

    /// <summary>… and by what they multiplied it.</summary>
    public float Boost { get; } = workspace.Boosts.Count > 0 ? workspace.Factors[candidate] : 1;
}

/// <summary>
/// Says why an item is in a slate: the estimate is a sum, one term per item feature, one for the item itself, one for what it
/// inherits from those like it and one for the caller's rules, so each signal's contribution is its term, and its share is of all terms above 0.
/// </summary>
internal static class Explainer
{
    private const int MostReasons = 3;
    private const int Own = FeatureSchema.ItemCount;
    private const int Inherited = Own + 1;
    private const int Rules = Own + 2;
    private const float Least = 1e-4f;

    /// <summary>The largest contributions above 0, strongest first; what found the item when none is, and always what it was bought before.</summary>
    public static ImmutableArray<Reason> Explain(in ExplainedItem item)
    {
        Span<float> contributions = stackalloc float[Rules + 1];
        FillContributions(item, contributions);
        var all = 0f;
        foreach (var contribution in contributions)
        {
            all += Math.Max(0, contribution);
        }

        var reasons = ImmutableArray.CreateBuilder<Reason>(MostReasons + 1);
        while (reasons.Count < MostReasons && Largest(contributions) is var best && contributions[best] > Least)
        {
            if (Describe(best, item) is var (signal, text))
            {
                Add(reasons, new Reason(signal, text, contributions[best], contributions[best] / all));
            }

            contributions[best] = 0;
        }

        reasons.Sort(static (a, b) => b.Contribution.CompareTo(a.Contribution));
        if (reasons.Count == 0 || item.Source is CandidateSource.Repurchase)
        {
            reasons.Add(BySource(item));
        }

        return reasons.ToImmutable();
    }

    private static void FillContributions(in ExplainedItem item, Span<float> contributions)
    {
        var shared = 0f;
        for (var i = 0; i < FeatureSchema.ItemCount; i++)
        {
            contributions[i] = item.Workspace.Projection[i] * item.Features[i];
            shared += contributions[i];
        }

        // What every candidate has is no reason for any.
        contributions[0] = 0;
        contributions[Own] = item.Policy.Of(item.Number) is { } own ? Simd.Dot<float>(item.Workspace.User, own.Weights.AsSpan()) : 0;
        var estimate = item.Score >= 0 ? item.Score / item.Boost : item.Score * item.Boost;
        contributions[Inherited] = estimate - shared - contributions[Own];
        contributions[Rules] = item.Score - estimate;
    }

    /// <summary>Two features may say the same: then they say it together.</summary>
    private static void Add(ImmutableArray<Reason>.Builder reasons, Reason reason)
    {
        for (var i = 0; i < reasons.Count; i++)
        {
            if (reasons[i].Signal == reason.Signal)
            {
                reasons[i] = reasons[i] with
                {
                    Contribution = reasons[i].Contribution + reason.Contribution, Share = reasons[i].Share + reason.Share,
                };
                return;
            }
        }

        reasons.Add(reason);
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
        (int)ItemFeature.CoVisitation => CompanyText(item.Workspace.Signals[item.Number].Loudest, item),
        (int)ItemFeature.Likeness => (ReasonSignals.Similar, $"Like {Title(item, 0)}"),
        (int)ItemFeature.OfflineScore when item.Features[feature] > 0 => (ReasonSignals.OfflineScore, "Picked for you"),
        Own => (ReasonSignals.Learned, "People like you chose it"),
        Inherited => (ReasonSignals.LearnedAlike, "People like you chose what is like it"),
        Rules => (ReasonSignals.Boosted, "Recommended by the shop"),
        _ => null,
    };

    private static Reason BySource(in ExplainedItem item)
    {
        var (signal, text) = item.Source switch
        {
            CandidateSource.CoVisitation or CandidateSource.Sequence or CandidateSource.Factor => CompanyText(item.Source, item),
            CandidateSource.Content => (ReasonSignals.Similar, "Close to what you like"),
            CandidateSource.Trending => (ReasonSignals.Trending, "Trending this hour"),
            CandidateSource.Popular => (ReasonSignals.Popular, "Popular with shoppers"),
            CandidateSource.Sentiment => (ReasonSignals.ProductSentiment, SentimentText(item)),
            CandidateSource.Repurchase => (ReasonSignals.Repurchase, RepurchaseText(item)),
            CandidateSource.Boosted => (ReasonSignals.Boosted, "Recommended by the shop"),
            _ => (ReasonSignals.Exploration, "Something different to discover"),
        };
        return new Reason(signal, text, 0);
    }

    private static string SentimentText(in ExplainedItem item) =>
        item.Catalog.Sentiment(item.Number).LovedAspect is { Length: > 0 } aspect ? $"People like you loved the {aspect}" : "Shoppers love it";

    private static string RepurchaseText(in ExplainedItem item)
    {
        if (item.Catalog.UsuallyBoughtAgainAfter(item.Number) is not { } usual)
        {
            return "You bought it before";
        }

        var days = Math.Max(1, (int)Math.Round(usual.TotalDays));
        return days == 1 ? "You bought it before; it is usually bought again after a day"
            : $"You bought it before; it is usually bought again after {days} days";
    }

    /// <summary>What goes with a seed, by who says most of it.</summary>
    private static (string Signal, string Text) CompanyText(CandidateSource loudest, in ExplainedItem item) => loudest switch
    {
        CandidateSource.Sequence => (ReasonSignals.NextInSequence, $"Often next after {Title(item, StrongestSeed(loudest, item))}"),
        CandidateSource.Factor => (ReasonSignals.AlikeShoppers, $"Shoppers who like {Title(item, StrongestSeed(loudest, item))} choose it"),
        _ => (ReasonSignals.CoVisited, $"Goes with {Title(item, StrongestSeed(loudest, item))}"),
    };

    /// <summary>Which seed it goes with most, by one of the signals.</summary>
    private static int StrongestSeed(CandidateSource signal, in ExplainedItem item)
    {
        var (best, most) = (0, 0f);
        for (var s = 0; s < item.Workspace.SeedCount; s++)
        {
            var strength = StrengthOf(signal, item, item.Workspace.Seeds[s]);

            // Earlier seeds speak louder, as they do in the score.
            if (strength / (s + 1) > most)
            {
                (best, most) = (s, strength / (s + 1));
            }
        }

        return best;
    }

    private static float StrengthOf(CandidateSource signal, in ExplainedItem item, int seed)
    {
        if (signal == CandidateSource.Factor)
        {
            return item.Workspace.Model?.Of(seed) is { } like && Array.IndexOf(like.Items, item.Number) is >= 0 and var place ? like.Likenesses[place] : 0;
        }

        if (item.Workspace.Graph?.Of(seed) is not { } row)
        {
            return 0;
        }

        var isNext = signal == CandidateSource.Sequence;
        return (isNext ? row.Next : row.Items).IndexOf(item.Number) is >= 0 and var at ? (isNext ? row.Chances : row.Scores)[at] : 0;
    }

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

    private static string Title(in ExplainedItem item, int seed) =>
        seed < item.Workspace.SeedCount && item.Catalog.Facts(item.Workspace.Seeds[seed]) is { Title.Length: > 0 } facts
            ? facts.Title
            : "what you looked at";
}
