using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>What the shopper bought before and is likely to need again by now.</summary>
internal sealed class RepurchaseGenerator : ICandidateGenerator
{
    /// <summary>The most products that come back at a time.</summary>
    public const int Quota = 8;

    /// <summary>Finds what is due.</summary>
    /// <param name="catalog">The catalogue.</param>
    /// <param name="shopper">The shopper.</param>
    /// <param name="now">The moment.</param>
    /// <param name="due">Receives up to <see cref="Quota"/> products, most due first.</param>
    /// <returns>How many.</returns>
    public static int FindDue(CatalogSnapshot catalog, in ShopperView shopper, DateTimeOffset now, Span<int> due)
    {
        var count = 0;
        if (!catalog.HasRhythms)
        {
            return count;
        }

        Span<double> scores = stackalloc double[Quota];
        foreach (ref readonly var bought in shopper.Purchased)
        {
            if (!catalog.Directory.TryFind(bought.ProductId, out var item) || catalog.DueOf(item, now - bought.At) is not (> 0 and var score))
            {
                continue;
            }

            var at = count;
            for (; at > 0 && scores[at - 1] < score; at--)
            {
                if (at < Quota)
                {
                    (scores[at], due[at]) = (scores[at - 1], due[at - 1]);
                }
            }

            if (at < Quota)
            {
                (scores[at], due[at]) = (score, item);
                count = Math.Min(Quota, count + 1);
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        foreach (var item in context.Due)
        {
            candidates.TryAdd(item, CandidateSource.Repurchase, context.Filter);
        }
    }
}
