using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Draws products that pass a filter, all alike and without repeats, and says from how many.</summary>
internal static class RandomDraw
{
    /// <summary>Draws up to <paramref name="wanted"/> products into the set.</summary>
    /// <returns>From how many they were drawn: the slot after k others has the probability 1/(that − k).</returns>
    public static int Draw(CatalogSnapshot catalog, in CompiledFilter filter, bool inStockOnly, int wanted, ref SeededRandom random, CandidateSet candidates)
    {
        var count = catalog.Directory.Count;
        var eligible = (inStockOnly ? catalog.InStockCount : catalog.ListedCount) - candidates.BlockedPassing;

        // Guessing numbers beats a scan unless most guesses fail.
        return filter.IsSelective || eligible < Math.Max(4 * wanted, count / 8)
            ? FromScan(catalog, filter, wanted, ref random, candidates)
            : ByGuessing(count, eligible, filter, wanted, ref random, candidates);
    }

    private static int ByGuessing(
        int count, int eligible, in CompiledFilter filter, int wanted, ref SeededRandom random, CandidateSet candidates)
    {
        while (candidates.Count < wanted)
        {
            candidates.TryAdd(random.NextIndex(count), CandidateSource.Random, filter);
        }

        return eligible;
    }

    private static int FromScan(CatalogSnapshot catalog, in CompiledFilter filter, int wanted, ref SeededRandom random, CandidateSet candidates)
    {
        var eligible = new List<int>();
        for (var item = 0; item < catalog.Directory.Count; item++)
        {
            if (filter.Passes(item) && !candidates.IsBlocked(item))
            {
                eligible.Add(item);
            }
        }

        for (var i = 0; i < Math.Min(wanted, eligible.Count); i++)
        {
            var at = i + random.NextIndex(eligible.Count - i);
            (eligible[i], eligible[at]) = (eligible[at], eligible[i]);
            candidates.TryAdd(eligible[i], CandidateSource.Random, filter);
        }

        return eligible.Count;
    }
}
