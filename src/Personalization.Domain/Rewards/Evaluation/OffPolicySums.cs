namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>What the estimators need to know of some decisions. Sums of disjoint decisions add up.</summary>
internal readonly record struct OffPolicySums
{
    public double Count { get; init; }

    public double Reward { get; init; }

    /// <summary>How many decisions had a reward other than 0.</summary>
    public double Rewarded { get; init; }

    public double Weight { get; init; }

    public double SquaredWeight { get; init; }

    public double MaxWeight { get; init; }

    /// <summary>Σ w·r.</summary>
    public double Weighted { get; init; }

    /// <summary>Σ (w·r)².</summary>
    public double SquaredWeighted { get; init; }

    /// <summary>Σ v + w·(r − q).</summary>
    public double DoublyRobust { get; init; }

    /// <summary>Σ v + 1[w ≤ τ]·w·(r − q).</summary>
    public double Switched { get; init; }

    public static OffPolicySums operator +(OffPolicySums a, OffPolicySums b) => new()
    {
        Count = a.Count + b.Count,
        Reward = a.Reward + b.Reward,
        Rewarded = a.Rewarded + b.Rewarded,
        Weight = a.Weight + b.Weight,
        SquaredWeight = a.SquaredWeight + b.SquaredWeight,
        MaxWeight = Math.Max(a.MaxWeight, b.MaxWeight),
        Weighted = a.Weighted + b.Weighted,
        SquaredWeighted = a.SquaredWeighted + b.SquaredWeighted,
        DoublyRobust = a.DoublyRobust + b.DoublyRobust,
        Switched = a.Switched + b.Switched,
    };

    /// <summary>(Σw)²/Σw².</summary>
    public double EffectiveSize => SquaredWeight > 0 ? Weight * Weight / SquaredWeight : 0;

    /// <summary>The sums of each cluster that has decisions.</summary>
    public static OffPolicySums[] ByCluster(ReadOnlySpan<EvaluatedDecision> decisions, OffPolicyOptions options)
    {
        var sums = new Dictionary<int, OffPolicySums>();
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i].Validate(i, options);
            Add(sums, decisions[i].Cluster, Of(decisions[i], options.SwitchAbove));
        }

        return InOrder(sums);
    }

    /// <summary>Adds a decision to its cluster's sums.</summary>
    public static void Add(Dictionary<int, OffPolicySums> clusters, int cluster, OffPolicySums decision) =>
        clusters[cluster] = clusters.GetValueOrDefault(cluster) + decision;

    /// <summary>The sums in the order of clusters: what is resampled must not depend on how a dictionary lists them.</summary>
    public static OffPolicySums[] InOrder(Dictionary<int, OffPolicySums> clusters) =>
        [.. clusters.OrderBy(static s => s.Key).Select(static s => s.Value)];

    public static OffPolicySums Total(OffPolicySums[] clusters) => clusters.Aggregate(static (a, b) => a + b);

    private static OffPolicySums Of(EvaluatedDecision decision, double switchAbove)
    {
        var weight = decision.Weight;
        var correction = weight * (decision.Reward - decision.ModelReward);
        return new OffPolicySums
        {
            Count = 1,
            Reward = decision.Reward,
            Rewarded = decision.Reward != 0 ? 1 : 0,
            Weight = weight,
            SquaredWeight = weight * weight,
            MaxWeight = weight,
            Weighted = weight * decision.Reward,
            SquaredWeighted = weight * decision.Reward * weight * decision.Reward,
            DoublyRobust = decision.ModelValue + correction,
            Switched = decision.ModelValue + (weight <= switchAbove ? correction : 0),
        };
    }
}
