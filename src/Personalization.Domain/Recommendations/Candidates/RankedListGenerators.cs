using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Takes the best of a list that the catalogue keeps.</summary>
internal static class RankedLists
{
    /// <summary>Adds up to a quota of products, best first.</summary>
    public static int Take(RankedList list, int quota, CandidateSource source, in GenerationContext context, CandidateSet candidates)
    {
        var taken = 0;
        foreach (var item in list.Items)
        {
            if (taken == quota)
            {
                break;
            }

            taken += candidates.TryAdd(item, source, context.Filter) ? 1 : 0;
        }

        return taken;
    }
}

/// <summary>What is looked at more than usual right now.</summary>
internal sealed class TrendingGenerator : ICandidateGenerator
{
    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates) =>
        RankedLists.Take(context.Catalog.Trending, 24 * context.Scale, CandidateSource.Trending, context, candidates);
}

/// <summary>What the shopper's segment, and then everybody, likes best.</summary>
internal sealed class PopularGenerator : ICandidateGenerator
{
    private const int Quota = 48;

    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        var quota = Quota * context.Scale;
        var taken = RankedLists.Take(context.Catalog.Popular(context.Segment), quota / 2, CandidateSource.Popular, context, candidates);
        RankedLists.Take(context.Catalog.Popular(ShopperSegment.Everyone), quota - taken, CandidateSource.Popular, context, candidates);
    }
}

/// <summary>What shoppers surely feel good about: by the lower bound of the sentiment.</summary>
internal sealed class SentimentGenerator : ICandidateGenerator
{
    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates) =>
        RankedLists.Take(context.Catalog.Favoured, 32 * context.Scale, CandidateSource.Sentiment, context, candidates);
}
