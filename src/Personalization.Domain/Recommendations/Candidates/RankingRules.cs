using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>A rule that favours, in the catalogue's numbers.</summary>
/// <param name="Item">The product; −1 when it is about a facet.</param>
/// <param name="Facet">The facet; −1 when it is about a product.</param>
/// <param name="Boost">By what the estimate is multiplied.</param>
internal readonly record struct CompiledRule(int Item, int Facet, float Boost)
{
    /// <summary>Whether it is about a product.</summary>
    public bool IsAbout(int item, ItemFacets? facets) => Facet < 0
        ? item == Item
        : facets is not null && (facets.Brand == Facet || facets.Categories.Contains(Facet) || facets.Attributes.Contains(Facet));
}

/// <summary>Applies what the shop itself wants.</summary>
internal static class RankingRules
{
    // However many rules meet in a product, it can neither be buried nor be alone.
    private const float Least = 0.01f;
    private const float Most = 100;

    /// <summary>Collects the rules that favour. What the catalogue does not know is in no product and left out.</summary>
    public static void Compile(CatalogSnapshot catalog, in RecommendInput input, List<CompiledRule> boosts)
    {
        boosts.Clear();
        foreach (var rule in input.Request.Rules)
        {
            if (rule.Excludes)
            {
                continue;
            }

            if (rule.ProductId.Length > 0)
            {
                if (catalog.Directory.TryFind(rule.ProductId, out var item))
                {
                    boosts.Add(new CompiledRule(item, -1, (float)rule.Boost));
                }
            }
            else if (catalog.Columns.Facets.TryFind(rule.Facet.Hash, out var facet))
            {
                boosts.Add(new CompiledRule(-1, facet, (float)rule.Boost));
            }
        }
    }

    /// <summary>
    /// Multiplies the estimates of the candidates that rules are about: positive ones by the boost, negative ones by its inverse,
    /// so that a boost above 1 always favours.
    /// </summary>
    public static void Apply(CatalogSnapshot catalog, RecommendWorkspace workspace)
    {
        if (workspace.Boosts.Count == 0)
        {
            return;
        }

        var items = workspace.Candidates.Items;
        for (var i = 0; i < items.Length; i++)
        {
            var factor = 1f;
            foreach (var rule in workspace.Boosts)
            {
                factor *= rule.IsAbout(items[i], catalog.Columns.ItemFacets[items[i]]) ? rule.Boost : 1;
            }

            workspace.Factors[i] = factor = Math.Clamp(factor, Least, Most);
            var (mean, doubt) = (workspace.Means[i], workspace.Optimistic[i] - workspace.Means[i]);
            workspace.Means[i] = Boosted(mean, factor);
            workspace.Optimistic[i] = workspace.Means[i] + doubt;
        }
    }

    /// <summary>An estimate after the rules: favoured is better, whatever its sign.</summary>
    public static float Boosted(float mean, float factor) => mean >= 0 ? mean * factor : mean / factor;
}

/// <summary>What the shop wants favoured, whoever else has found it or not.</summary>
internal sealed class BoostedGenerator : ICandidateGenerator
{
    private const int PerRule = 12;
    private const int MostQuota = 48;
    private const int LookedAt = 256;

    /// <inheritdoc/>
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        var left = MostQuota * context.Scale;
        foreach (ref readonly var rule in context.Boosts)
        {
            if (rule.Boost <= 1 || left <= 0)
            {
                continue;
            }

            if (rule.Facet < 0)
            {
                left -= candidates.TryAdd(rule.Item, CandidateSource.Boosted, context.Filter) ? 1 : 0;
                continue;
            }

            // Attributes have no postings: what has one is favoured among what the others find.
            var posting = context.Catalog.Posting(rule.Facet);
            var looked = Math.Min(posting.Length, LookedAt);
            var start = looked < posting.Length ? (int)(context.Rotation % (ulong)posting.Length) : 0;
            for (int i = 0, taken = 0; i < looked && taken < PerRule * context.Scale && left > 0; i++)
            {
                if (candidates.TryAdd(posting[(start + i) % posting.Length], CandidateSource.Boosted, context.Filter))
                {
                    (taken, left) = (taken + 1, left - 1);
                }
            }
        }
    }
}
