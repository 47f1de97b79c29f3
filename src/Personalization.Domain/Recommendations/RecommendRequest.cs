using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Features;

namespace Personalization.Domain.Recommendations;

/// <summary>What is asked for: validated, with its ranges coerced.</summary>
public sealed record RecommendRequest
{
    /// <summary>The most items of a slate.</summary>
    public const int MaxPageSize = 100;

    /// <summary>Where the slate will stand.</summary>
    public string Placement { get; init; } = "default";

    /// <summary>Where the shopper is.</summary>
    public Touchpoint Touchpoint { get; init; }

    /// <summary>What else the caller says of the situation.</summary>
    public ContextFeatures Context { get; init; }

    /// <summary>1 to <see cref="MaxPageSize"/>.</summary>
    public int PageSize { get; init; } = 10;

    /// <summary>Which products may be shown.</summary>
    public ItemFilter Filter { get; init; } = ItemFilter.Default;

    /// <summary>Products to start from: those on the page. They are not shown themselves.</summary>
    public ImmutableArray<string> SeedIds { get; init; } = [];

    /// <summary>Products never shown.</summary>
    public ImmutableArray<string> ExcludedIds { get; init; } = [];

    /// <summary>[0, 1]: 0 by score alone, 1 as varied as can be.</summary>
    public float Diversity { get; init; } = 0.3f;

    /// <summary>Adds reasons.</summary>
    public bool Explain { get; init; }

    /// <summary>Shows products again that were bought before: all of them, none, or (null) those that are due again.</summary>
    public bool? AllowRepurchase { get; init; }

    /// <summary>What the shop wants favoured or kept out; up to <see cref="RankingRule.Most"/>.</summary>
    public ImmutableArray<RankingRule> Rules { get; init; } = [];

    /// <summary>Ranks these and no others (the filter is not applied to them); default to find candidates.</summary>
    public ImmutableArray<string> Candidates { get; init; }

    /// <summary>
    /// What the caller's own ranker expects of each of <see cref="Candidates"/>, as <see cref="Features.OfflineScores"/>; not-a-number
    /// for what the catalogue says. Default or empty: of all of them.
    /// </summary>
    public ImmutableArray<double> OfflineScores { get; init; }
}
