using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// What suits the shopper's taste best, and is liked by others, of all there is: of everything in a small shop or behind a
/// filter, in a large one of the categories and brands that the shopper is drawn to.
/// </summary>
internal sealed class TasteGenerator : ICandidateGenerator
{
    /// <summary>How many products are looked at, at most: all of them where there are no more.</summary>
    public const int LookedAt = 4096;

    private const int Quota = 160;
    private const int FacetsAsked = 8;
    // Of a large shop each request looks at a part; which part changes between shoppers and every few minutes.
    private const int PerFacet = 128;

    // What being the most popular, and the best felt about, is worth against a taste, in log-odds.
    private const float PopularityWorth = 1;
    private const float FeelingWorth = 1;

    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        var scan = new Scan(context.TasteScan);
        if (context.Filter.PostingsOnly)
        {
            foreach (var facet in context.Filter.Facets)
            {
                scan.Look(context, context.Catalog.Posting(facet), LookedAt);
            }
        }
        else if (context.Taste.Count == 0)
        {
            // Of strangers nothing is known: what others like has generators of its own.
            return;
        }
        else if (context.Catalog.Directory.Count <= LookedAt)
        {
            scan.LookAtAll(context);
        }
        else
        {
            LookAtLiked(context, ref scan);
        }

        scan.Take(Quota * context.Scale, context, candidates);
    }

    private static void LookAtLiked(in GenerationContext context, ref Scan scan)
    {
        Span<int> facets = stackalloc int[FacetsAsked];
        Span<float> weights = stackalloc float[FacetsAsked];
        var count = 0;
        foreach (var part in context.Taste.Parts)
        {
            var facet = TasteParts.ToFacet(part);
            var weight = context.Taste.WeightOf(part);
            if (facet < 0 || weight <= 0 || context.Catalog.Posting(facet).IsEmpty)
            {
                continue;
            }

            var at = count;
            for (; at > 0 && weights[at - 1] < weight; at--)
            {
                if (at < FacetsAsked)
                {
                    (weights[at], facets[at]) = (weights[at - 1], facets[at - 1]);
                }
            }

            if (at < FacetsAsked)
            {
                (weights[at], facets[at]) = (weight, facet);
                count = Math.Min(FacetsAsked, count + 1);
            }
        }

        foreach (var facet in facets[..count])
        {
            scan.Look(context, context.Catalog.Posting(facet), PerFacet);
        }
    }

    /// <summary>Scores products and takes the best.</summary>
    private ref struct Scan(TasteScan room)
    {
        private int _count;

        public void LookAtAll(in GenerationContext context)
        {
            for (var item = 0; item < context.Catalog.Directory.Count; item++)
            {
                Add(context, item);
            }
        }

        /// <summary>Looks at so many of a posting; which of a longer one changes every few minutes.</summary>
        public void Look(in GenerationContext context, ReadOnlySpan<int> posting, int most)
        {
            var looked = Math.Min(most, posting.Length);
            var start = looked < posting.Length ? (int)(context.Rotation % (ulong)posting.Length) : 0;
            for (var i = 0; i < looked && _count < LookedAt; i++)
            {
                var at = start + i;
                Add(context, posting[at < posting.Length ? at : at - posting.Length]);
            }
        }

        public readonly void Take(int quota, in GenerationContext context, CandidateSet candidates)
        {
            var scores = room.Scores.AsSpan(0, _count);
            var least = float.NegativeInfinity;
            if (_count > quota)
            {
                var sorted = room.Sorted.AsSpan(0, _count);
                scores.CopyTo(sorted);
                least = Selection.NthLargest(sorted, quota - 1);
            }

            for (var i = 0; i < _count; i++)
            {
                if (scores[i] >= least)
                {
                    candidates.TryAdd(room.Items[i], CandidateSource.Content, context.Filter);
                }
            }
        }

        private void Add(in GenerationContext context, int item)
        {
            room.Items[_count] = item;
            var known = context.Catalog.StaticFeatures(item);
            room.Scores[_count++] = context.Taste.Of(context.Catalog.TasteParts(item))
                + (PopularityWorth * known[(int)ItemFeature.Popularity]) + (FeelingWorth * known[(int)ItemFeature.Sentiment]);
        }
    }
}

/// <summary>Room for <see cref="TasteGenerator"/> to look through the catalogue.</summary>
internal sealed class TasteScan
{
    public int[] Items { get; } = new int[TasteGenerator.LookedAt];

    public float[] Scores { get; } = new float[TasteGenerator.LookedAt];

    public float[] Sorted { get; } = new float[TasteGenerator.LookedAt];
}
