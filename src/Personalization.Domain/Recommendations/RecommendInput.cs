using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations;

/// <summary>Everything that a slate follows from. The same input gives the same slate, on every machine.</summary>
public readonly ref struct RecommendInput
{
    /// <summary>Who the shopper is.</summary>
    public required UserKey User { get; init; }

    /// <summary>What is known of the shopper.</summary>
    public ShopperView Shopper { get; init; }

    /// <summary>What is asked for.</summary>
    public required RecommendRequest Request { get; init; }

    /// <summary>The decision's id: the seed of all luck in it.</summary>
    public required string DecisionId { get; init; }

    /// <summary>The moment of the decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The catalogue; null when this silo has none yet.</summary>
    public CatalogSnapshot? Catalog { get; init; }

    /// <summary>The policy; null when this silo has none yet.</summary>
    public PolicySnapshot? Policy { get; init; }

    /// <summary>Who decides in the engine's arm, and what stands in its shadow; null for the policy alone.</summary>
    public ModesSnapshot? Modes { get; init; }

    /// <summary>Co-visitation; null when this silo has none yet.</summary>
    public CoVisitationSnapshot? CoVisitation { get; init; }

    /// <summary>The factor model; null while there is none yet: its generator then finds nothing.</summary>
    public FactorNeighbours? Factors { get; init; }

    /// <summary>The pool of an earlier slate of the same shopper (<see cref="Slate.Pool"/>); used if it is still good, null for none.</summary>
    public KeptPool? Kept { get; init; }

    /// <summary>Which policy decides.</summary>
    public RankingArm Arm { get; init; }

    /// <summary>How the answer names the experiment and arm: <c>name@version/arm</c>; empty outside experiments.</summary>
    public string Experiment { get; init; }

    /// <summary>Since when the snapshots may have missed changes; null when they are up to date.</summary>
    public DateTimeOffset? StaleSince { get; init; }

    /// <summary>Whether a baseline decides in the place of the policy, which learns from it.</summary>
    internal bool IsApprentice => Arm == RankingArm.Engine && Modes is { Mode: PolicyMode.Apprentice };

    /// <summary>The policy in the shadow that is to be scored on this decision; null for none.</summary>
    internal ShadowSnapshot? Shadow =>
        Arm == RankingArm.Engine && Modes?.Shadow is { } shadow && shadow.IsScoredOn(DecisionId) ? shadow : null;
}

/// <summary>Which policy decides. Stored as a number: never reuse or renumber a value.</summary>
public enum RankingArm : byte
{
    /// <summary>All candidates, the learned policy.</summary>
    Engine = 0,
    /// <summary>What the shopper's segment likes best, in order: a baseline.</summary>
    Popularity = 1,
    /// <summary>Anything that passes the filter, alike: a baseline and the traffic that evaluation likes best.</summary>
    Random = 2,
}

/// <summary>The names of the arms in configuration.</summary>
public static class RankingArms
{
    /// <summary>The arm of a name: <c>engine</c>, <c>popularity</c> or <c>random</c>.</summary>
    /// <exception cref="ArgumentException">No arm has that name.</exception>
    public static RankingArm Parse(string name) => name switch
    {
        "engine" => RankingArm.Engine,
        "popularity" => RankingArm.Popularity,
        "random" => RankingArm.Random,
        _ => throw new ArgumentException($"arm: is '{name}'; allowed: engine, popularity, random.", nameof(name)),
    };

    /// <summary>The name of an arm.</summary>
    public static string NameOf(RankingArm arm) => arm switch
    {
        RankingArm.Engine => "engine",
        RankingArm.Popularity => "popularity",
        RankingArm.Random => "random",
        _ => throw new ArgumentOutOfRangeException(nameof(arm), arm, "Not an arm."),
    };
}
