using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations;

/// <summary>
/// The room that making a slate takes, to be used again: one per thread or per call at a time. Holds nothing between calls;
/// some 100 KB, and 4 bytes per facet of the catalogue.
/// </summary>
public sealed class RecommendWorkspace
{
    internal const int PoolCapacity = 256;

    /// <summary>Neighbouring slots are compared among the first ten.</summary>
    internal const int MostSwaps = 9;

    internal CandidateSet Candidates { get; } = new();

    /// <summary>How strongly products go with the seeds.</summary>
    internal ItemMap<SeedSignals> Signals { get; } = new();

    internal SlateSampler Sampler { get; } = new();

    /// <summary>Item features, row-major, one row per candidate.</summary>
    internal float[] Features { get; } = new float[CandidateSet.Capacity * FeatureSchema.ItemCount];

    /// <summary>What the request says that the caller's own ranker expects of each candidate, as a feature; not-a-number where it says nothing.</summary>
    internal float[] OfflineScores { get; } = new float[CandidateSet.Capacity];

    internal float[] Means { get; } = new float[CandidateSet.Capacity];

    internal float[] Optimistic { get; } = new float[CandidateSet.Capacity];

    internal float[] Sorted { get; } = new float[CandidateSet.Capacity];

    internal float[] User { get; } = new float[FeatureSchema.UserCount];

    internal float[] Projection { get; } = new float[FeatureSchema.ItemCount];

    internal float[] PoolMeans { get; } = new float[PoolCapacity];

    internal float[] PoolVariances { get; } = new float[PoolCapacity];

    internal ItemContent[] PoolContents { get; } = new ItemContent[PoolCapacity];

    /// <summary>Per member of the pool, its place among the candidates.</summary>
    internal int[] Pool { get; } = new int[PoolCapacity];

    internal int[] Picks { get; } = new int[RecommendRequest.MaxPageSize];

    internal double[] Propensities { get; } = new double[RecommendRequest.MaxPageSize];

    /// <summary>Per slot and the one below it, how likely the other order was.</summary>
    internal double[] Swaps { get; } = new double[MostSwaps];

    internal int SwapCount { get; set; }

    /// <summary>The estimates of the pool by the policy in the shadow.</summary>
    internal float[] ShadowMeans { get; } = new float[PoolCapacity];

    internal float[] ShadowVariances { get; } = new float[PoolCapacity];

    internal float[] ShadowProjection { get; } = new float[FeatureSchema.ItemCount];

    internal int[] ShadowPlaces { get; } = new int[DecisionShadow.MostSlots];

    internal double[] ShadowPropensities { get; } = new double[DecisionShadow.MostSlots];

    /// <summary>Of how many slots the shadow's probabilities are known; 0 when none was scored.</summary>
    internal int ShadowCount { get; set; }

    /// <summary>The number of the shadow that was scored.</summary>
    internal long ShadowNumber { get; set; }

    /// <summary>How many of the candidates, from the first on, are what a baseline shows in the policy's place.</summary>
    internal int BaselineCount { get; set; }

    internal int[] Seeds { get; } = new int[SeedScores.MaxSeeds];

    internal int SeedCount { get; set; }

    /// <summary>The pool that the candidates were taken from; null when they were looked for.</summary>
    internal KeptPool? Kept { get; set; }

    /// <summary>Whether nothing is known of what the shopper likes.</summary>
    internal bool IsStranger => Kept?.IsStranger ?? Taste.Count == 0;

    /// <summary>What was bought and is due again, most due first.</summary>
    internal int[] Due { get; } = new int[RepurchaseGenerator.Quota];

    internal int DueCount { get; set; }

    /// <summary>What the caller's rules ask to be favoured.</summary>
    internal List<CompiledRule> Boosts { get; } = [];

    /// <summary>By what each candidate's estimate was multiplied; of use only where there are boosts.</summary>
    internal float[] Factors { get; } = new float[CandidateSet.Capacity];

    /// <summary>The graph and the model that the signals are from.</summary>
    internal CoVisitationSnapshot? Graph { get; set; }

    internal FactorNeighbours? Model { get; set; }

    internal FacetAffinities Affinities { get; } = new();

    internal ShopperTaste Taste { get; } = new();

    internal TasteScan TasteScan { get; } = new();

    /// <summary>How often each product was shown to the shopper, for those that were.</summary>
    internal ItemMap<int> Exposures { get; } = new();

    /// <summary>What the first slots could have been given; null when it is not to be remembered.</summary>
    internal SlotCandidates[]? SlotCandidates { get; set; }

    internal void Clear()
    {
        SlotCandidates = null;
        SwapCount = 0;
        (ShadowCount, BaselineCount) = (0, 0);
        Taste.Clear();
        Exposures.Clear();
        Candidates.Clear();
        Signals.Clear();
        Affinities.Clear();
        SeedCount = 0;
        DueCount = 0;
        Boosts.Clear();
        (Graph, Model) = (null, null);
        Kept = null;
    }
}
