namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// What is new, and what the policy knows little about: without it, products that were never shown never would be. Which of
/// the little-known ones are looked at changes every few minutes and between shoppers, so that all get their turn.
/// </summary>
internal sealed class NewGenerator : ICandidateGenerator
{
    private const int NewQuota = 16;
    private const int UnknownQuota = 16;
    private const int LookedAt = 64;
    private const int Stride = 7919;

    /// <summary>A product with fewer looks than this is little known.</summary>
    public const float FewLooks = 20;

    private static readonly long s_newFor = TimeSpan.FromDays(30).Ticks;

    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        AddNew(context, candidates);
        AddLittleKnown(context, candidates);
    }

    private static void AddNew(in GenerationContext context, CandidateSet candidates)
    {
        var rows = context.Catalog.Columns.Rows;
        var taken = 0;
        foreach (var item in context.Catalog.Newest.Items)
        {
            var age = context.NowTicks - rows[item].LaunchedAt;
            if (age > s_newFor || taken == NewQuota * context.Scale)
            {
                break;
            }

            taken += age >= 0 && candidates.TryAdd(item, CandidateSource.New, context.Filter) ? 1 : 0;
        }
    }

    private static void AddLittleKnown(in GenerationContext context, CandidateSet candidates)
    {
        var count = context.Catalog.Directory.Count;
        var taken = 0;
        var looked = Math.Min(LookedAt * context.Scale, count);
        var item = count == 0 ? 0 : (int)(context.Rotation % (ulong)count);
        // A fixed stride prime to nothing in particular: neighbours in the catalogue are often alike.
        for (var i = 0; i < looked && taken < UnknownQuota * context.Scale; i++, item = (item + Stride) % count)
        {
            if (context.Policy?.Of(item) is not { Evidence: >= FewLooks })
            {
                taken += candidates.TryAdd(item, CandidateSource.New, context.Filter) ? 1 : 0;
            }
        }
    }
}
