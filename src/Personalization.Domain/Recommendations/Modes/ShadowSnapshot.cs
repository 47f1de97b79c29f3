using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>What stands in the shadow, as decisions read it. Immutable, safe for concurrent use.</summary>
public sealed record ShadowSnapshot
{
    private const ulong Salt = 0x5AD0_5CA1;

    /// <summary>Tells it from all others.</summary>
    public required long Number { get; init; }

    /// <summary>How answers name it.</summary>
    public required string Name { get; init; }

    /// <summary>Of which share of decisions it is scored, (0, 1].</summary>
    public double Share { get; init; } = 1;

    /// <summary>Its exploration rule; null for the live policy's.</summary>
    public IExplorationRule? Exploration { get; init; }

    /// <summary>What it has learned; null for what the live policy has.</summary>
    public PolicySnapshot? Policy { get; init; }

    /// <summary>
    /// Whether it is scored on a decision: by a coin that has nothing to do with the draw, so that what is said of a share of
    /// decisions holds for all of them.
    /// </summary>
    public bool IsScoredOn(string decisionId) =>
        Share >= 1 || new SeededRandom(StableHash.Of(decisionId, Salt)).NextUnit() < Share;

    internal ShadowSnapshot Bind(ItemDirectory directory) => Policy is null ? this : this with { Policy = Policy.Bind(directory) };
}
