using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>What generators look for candidates with. Nothing in it is random: the same input finds the same candidates.</summary>
internal readonly ref struct GenerationContext
{
    public required CatalogSnapshot Catalog { get; init; }

    public required CompiledFilter Filter { get; init; }

    public CoVisitationSnapshot? CoVisitation { get; init; }

    public PolicySnapshot? Policy { get; init; }

    public required ShopperSegment Segment { get; init; }

    /// <summary>What the shopper looked at, most telling first.</summary>
    public required ReadOnlySpan<int> Seeds { get; init; }

    /// <summary>Facets the shopper is drawn to, strongest first.</summary>
    public required ReadOnlySpan<int> Facets { get; init; }

    /// <summary>What the shopper likes.</summary>
    public required ShopperTaste Taste { get; init; }

    /// <summary>Room to look through the catalogue.</summary>
    public required TasteScan TasteScan { get; init; }

    public FactorNeighbours? Factors { get; init; }

    /// <summary>How strongly products go with the seeds, for those that do at all.</summary>
    public required ItemMap<SeedSignals> Signals { get; init; }

    /// <summary>What was bought and is due again, most due first.</summary>
    public ReadOnlySpan<int> Due { get; init; }

    /// <summary>The caller's rules.</summary>
    public ReadOnlySpan<CompiledRule> Boosts { get; init; }

    /// <summary>A number that is the same for a shopper for some minutes: rotates what cannot all be looked at.</summary>
    public required ulong Rotation { get; init; }

    /// <summary>In UTC ticks.</summary>
    public required long NowTicks { get; init; }

    /// <summary>Multiplies every quota, at least 1.</summary>
    public required int Scale { get; init; }
}

/// <summary>Finds candidates of one kind.</summary>
internal interface ICandidateGenerator
{
    /// <summary>Adds up to its quota of candidates.</summary>
    void Generate(in GenerationContext context, CandidateSet candidates);
}
