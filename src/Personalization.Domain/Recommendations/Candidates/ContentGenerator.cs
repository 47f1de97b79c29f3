using System.Runtime.CompilerServices;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>What is like what the shopper looked at, and what has the facets the shopper is drawn to.</summary>
internal sealed class ContentGenerator : ICandidateGenerator
{
    private const int SeedsAsked = 3;
    private const int PerSeed = 16;
    private const int FacetsAsked = 4;
    private const int PerFacet = 12;
    private const int LookedAt = 64;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        for (var s = 0; s < Math.Min(SeedsAsked, context.Seeds.Length); s++)
        {
            var row = context.Catalog.Neighbours.Of(context.Seeds[s], context.Catalog);
            for (int i = 0, taken = 0; i < row.Items.Length && taken < PerSeed * context.Scale; i++)
            {
                taken += candidates.TryAdd(row.Items[i], CandidateSource.Content, context.Filter) ? 1 : 0;
            }
        }

        for (var f = 0; f < Math.Min(FacetsAsked, context.Facets.Length); f++)
        {
            AddOfFacet(context.Facets[f], context, candidates);
        }
    }

    /// <summary>Adds products of a facet, the more popular of those that are looked at; others are looked at a few minutes later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddOfFacet(int facet, in GenerationContext context, CandidateSet candidates)
    {
        var posting = context.Catalog.Posting(facet);
        var looked = Math.Min(posting.Length, LookedAt * context.Scale);
        if (looked == 0)
        {
            return;
        }

        Span<int> items = stackalloc int[looked];
        Span<float> scores = stackalloc float[looked];
        Span<float> sorted = stackalloc float[looked];
        CopyAround(posting, (int)(context.Rotation % (ulong)posting.Length), items);
        var rows = context.Catalog.Columns.Rows;
        for (var i = 0; i < looked; i++)
        {
            scores[i] = rows[items[i]].Popularity[(int)context.Segment];
        }

        scores.CopyTo(sorted);
        var quota = PerFacet * context.Scale;
        var least = looked > quota ? Selection.NthLargest(sorted, quota - 1) : float.NegativeInfinity;
        for (int i = 0, taken = 0; i < looked && taken < quota; i++)
        {
            if (scores[i] >= least)
            {
                taken += candidates.TryAdd(items[i], CandidateSource.Content, context.Filter) ? 1 : 0;
            }
        }
    }

    /// <summary>Copies from a place on, and from the beginning when the end is reached.</summary>
    private static void CopyAround(ReadOnlySpan<int> posting, int start, Span<int> items)
    {
        var first = Math.Min(items.Length, posting.Length - start);
        posting.Slice(start, first).CopyTo(items);
        posting[..(items.Length - first)].CopyTo(items[first..]);
    }
}
