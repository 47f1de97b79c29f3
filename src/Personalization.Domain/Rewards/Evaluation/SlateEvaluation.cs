namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>
/// Estimates what a policy's slates would have got from the log of another one, when slots are filled one after the other: the
/// mean of Σ_k ρ_k·r_k, where ρ_k = Π_{j≤k} π(a_j | above)/p(a_j | above) is how much likelier the slate is down to slot k.
/// </summary>
/// <remarks>
/// <para>
/// The reward-interaction estimator (McInerney, Brost, Chandar, Mehrotra, Carterette: "Counterfactual evaluation of slate
/// recommendations with sequential reward interactions", KDD 2020). Unbiased when propensities are right and cover the policy,
/// and what an item gets, and whether it is seen, depends on the items above it and not on those below: a cascade. The last
/// slot seen is then a stopping time; rewards below it are 0, and the mean of the weight there is 1.
/// </para>
/// <para>Weights multiply: their spread grows exponentially with the slots. Evaluate fewer slots when the verdict is refused.</para>
/// </remarks>
public static class SlateEvaluation
{
    /// <summary>Evaluates.</summary>
    /// <param name="slates">The log in the order of time, at least two slates.</param>
    /// <param name="maxSlots">How many slots slates have, at most; those below must not be in the log given. At least 1.</param>
    /// <param name="options">How; τ is not looked at.</param>
    /// <exception cref="ArgumentException">A slate or an option is out of its range; the message names it.</exception>
    public static SlateReport Evaluate(IReadOnlyList<EvaluatedSlate> slates, int maxSlots, OffPolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(slates);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSlots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(slates.Count, 2, nameof(slates));
        var sequence = new ScaledSequence(maxSlots, options);
        var sums = new Dictionary<int, OffPolicySums>();
        for (var i = 0; i < slates.Count; i++)
        {
            Validate(slates[i], i, maxSlots, options);
            sequence.Add(slates[i]);
            OffPolicySums.Add(sums, slates[i].Cluster, Of(slates[i]));
        }

        return Report(OffPolicySums.InOrder(sums), maxSlots, sequence, options);
    }

    private static SlateReport Report(OffPolicySums[] clusters, int maxSlots, ScaledSequence sequence, OffPolicyOptions options)
    {
        var total = OffPolicySums.Total(clusters);
        var bootstrap = new ClusteredBootstrap(clusters, options);
        return new SlateReport
        {
            Slates = (int)total.Count,
            Clusters = clusters.Length,
            Rewarded = (int)total.Rewarded,
            LoggedValue = bootstrap.Interval(static sums => sums.Reward / sums.Count),
            Value = bootstrap.Interval(static sums => sums.Weighted / sums.Count),
            ValueBernstein = OffPolicyBounds.Bernstein(total, options, maxSlots),
            ValueSequence = sequence.Interval,
            Difference = bootstrap.Interval(static sums => (sums.Weighted - sums.Reward) / sums.Count),
            EffectiveSize = total.EffectiveSize,
            MaxWeight = total.MaxWeight,
            MeanWeight = total.Weight / total.Count,
            Refusals = OffPolicyBounds.Refusals(total, options),
        };
    }

    private static OffPolicySums Of(EvaluatedSlate slate)
    {
        double weight = 1, largest = 0, reward = 0, weighted = 0;
        var rewarded = false;
        foreach (var slot in slate.Slots)
        {
            weight *= slot.Ratio;
            largest = Math.Max(largest, weight);
            reward += slot.Reward;
            weighted += weight * slot.Reward;
            rewarded |= slot.Reward != 0;
        }

        return new OffPolicySums
        {
            Count = 1,
            Reward = reward,
            Rewarded = rewarded ? 1 : 0,
            Weight = weight,
            SquaredWeight = weight * weight,
            MaxWeight = largest,
            Weighted = weighted,
            SquaredWeighted = weighted * weighted,
        };
    }

    private static void Validate(EvaluatedSlate slate, int index, int maxSlots, OffPolicyOptions options)
    {
        if (slate.Cluster < 0 || slate.Slots.Length < 1 || slate.Slots.Length > maxSlots)
        {
            throw new ArgumentException(
                $"slates[{index}]: is of cluster {slate.Cluster} and has {slate.Slots.Length} slots; allowed: at least 0, 1 to {maxSlots}.");
        }

        foreach (var (ratio, reward) in slate.Slots)
        {
            if (!(ratio >= 0 && double.IsFinite(ratio) && reward >= options.MinReward && reward <= options.MaxReward))
            {
                throw new ArgumentException(
                    $"slates[{index}].Slots: has the ratio {ratio} and the reward {reward}; allowed: finite and at least 0, {options.MinReward} to {options.MaxReward}.");
            }
        }
    }

    /// <summary>The confidence sequence, of slates scaled to [0, 1] and back.</summary>
    private sealed class ScaledSequence(int maxSlots, OffPolicyOptions options)
    {
        private readonly ConfidenceSequence _sequence = new(options.Alpha);
        private readonly double _range = options.MaxReward - options.MinReward;

        public Statistics.ConfidenceInterval Interval
        {
            get
            {
                var scaled = _sequence.Interval;
                return new(Back(scaled.Estimate), Back(scaled.Low), Back(scaled.High));
            }
        }

        // A slot that was not seen got 0 with the weight of the last that was, whose mean is 1 like every other's: gained and
        // missed together then have the same mean in every slate.
        public void Add(EvaluatedSlate slate)
        {
            double weight = 1, gained = 0, missed = 0;
            for (var slot = 0; slot < maxSlots; slot++)
            {
                var seen = slot < slate.Slots.Length;
                weight *= seen ? slate.Slots[slot].Ratio : 1;
                var reward = ((seen ? slate.Slots[slot].Reward : 0) - options.MinReward) / _range;
                gained += weight * reward;
                missed += weight * (1 - reward);
            }

            _sequence.Add(gained / maxSlots, missed / maxSlots);
        }

        private double Back(double scaled) => maxSlots * (options.MinReward + (_range * scaled));
    }
}
