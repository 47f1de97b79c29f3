namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// Looks through the catalogue itself when a narrow filter has left the generators too little: through the postings of the
/// facets that were asked for, or through everything.
/// </summary>
internal static class Backfill
{
    /// <summary>The most products that are looked at.</summary>
    private const int MostLookedAt = 50_000;

    /// <summary>Adds what passes the filter until there are as many candidates as wanted.</summary>
    public static void Fill(in GenerationContext context, CandidateSet candidates, int wanted)
    {
        var budget = MostLookedAt;
        if (context.Filter.PostingsOnly)
        {
            foreach (var facet in context.Filter.Facets)
            {
                var posting = context.Catalog.Posting(facet);
                var start = posting.Length == 0 ? 0 : (int)(context.Rotation % (ulong)posting.Length);
                for (var i = 0; i < posting.Length && candidates.Count < wanted && budget-- > 0; i++)
                {
                    candidates.TryAdd(posting[(start + i) % posting.Length], CandidateSource.Popular, context.Filter);
                }
            }

            return;
        }

        var count = context.Catalog.Directory.Count;
        var first = count == 0 ? 0 : (int)(context.Rotation % (ulong)count);
        for (var i = 0; i < count && candidates.Count < wanted && budget-- > 0; i++)
        {
            candidates.TryAdd((first + i) % count, CandidateSource.Popular, context.Filter);
        }
    }
}
