using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>
/// Puts the lines of a decision log together again to slates with their rewards, and works out what another policy would have
/// made of them.
/// </summary>
/// <remarks>
/// Candidates are looked at as a line comes and then let go: a decision takes some 64 bytes a slot, and there are at most
/// <see cref="SlateCollectorOptions.MaxDecisions"/>. Not safe for concurrent use.
/// </remarks>
public sealed class SlateCollector
{
    private readonly SlateCollectorOptions _options;
    private readonly Dictionary<string, Collected> _decisions = new(StringComparer.Ordinal);
    private readonly Dictionary<UserKey, int> _clusters = [];
    private double[] _probabilities = [];
    private long _linesBeyondCap;

    /// <summary>A collector that has seen nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SlateCollector(SlateCollectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxDecisions, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSlots, 1);
        _options = options;
    }

    /// <summary>Takes in a line; those of decisions outside the span and of slots further down are passed over.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="line">The line; an item's lines come in the order they were appended.</param>
    public void Add(UserKey user, JoinedReward line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.DecidedAt < _options.From || line.DecidedAt >= _options.To)
        {
            return;
        }

        if (!_decisions.TryGetValue(line.DecisionId, out var decision))
        {
            if (_decisions.Count >= _options.MaxDecisions)
            {
                _linesBeyondCap++;
                return;
            }

            decision = new Collected(ClusterOf(user), line.DecisionId, line.DecidedAt);
            _decisions.Add(line.DecisionId, decision);
        }

        if (line.Slot >= 1 && line.Slot <= _options.MaxSlots)
        {
            Absorb(ref decision.At(line.Slot - 1), line);
        }
    }

    /// <summary>What can be evaluated of what was added.</summary>
    /// <param name="now">The present: decisions whose window is open then are left out.</param>
    public CollectedSlates Finish(DateTimeOffset now)
    {
        var slates = new List<EvaluatedSlate>();
        var slots = new List<EvaluatedDecision>();
        var left = new int[Enum.GetValues<Standing>().Length];

        // A confidence sequence wants the order in which decisions were made; lines come in that of their rewards.
        foreach (var decision in _decisions.Values.OrderBy(static d => d.MadeAt).ThenBy(static d => d.Id, StringComparer.Ordinal))
        {
            var standing = StandingOf(decision, now);
            left[(int)standing]++;
            if (standing == Standing.Evaluated)
            {
                Keep(decision, slates, slots);
            }
        }

        return new CollectedSlates
        {
            Slates = [.. slates],
            Slots = [.. slots],
            Decisions = _decisions.Count - left[(int)Standing.Below],
            Open = left[(int)Standing.Open],
            WithoutPropensities = left[(int)Standing.WithoutPropensities],
            WithoutCandidates = left[(int)Standing.WithoutCandidates],
            WithoutComponents = left[(int)Standing.WithoutComponents],
            WithGaps = left[(int)Standing.WithGaps],
            LinesBeyondCap = _linesBeyondCap,
        };
    }

    private void Absorb(ref CollectedSlot slot, JoinedReward line)
    {
        if (_options.Measure == RewardMeasure.EngineReward)
        {
            slot.Reward += line.Reward;
        }
        else if (line.Components is { } components)
        {
            slot.Reward = RewardMeasures.Of(_options.Measure, components);
        }
        else
        {
            slot.LacksComponents = true;
        }

        if (line.Kind == PolicyUpdateKind.Observation)
        {
            slot.IsThere = true;
            slot.Propensity = line.Propensity;
            if (_options.Target is { } target)
            {
                Weigh(ref slot, line.Candidates, target);
            }
            else
            {
                Weigh(ref slot, line);
            }
        }
    }

    /// <summary>What the shadow made of a slot when it was filled. There is no reward model.</summary>
    private void Weigh(ref CollectedSlot slot, JoinedReward line)
    {
        var propensity = line.Shadow == _options.Shadow ? line.ShadowPropensity : null;
        slot.HasTarget = propensity is not null;
        slot.Target = propensity is null or (>= 0 and <= 1) ? propensity ?? 0 : double.NaN;
    }

    /// <summary>What the target makes of a slot's candidates. The scores are its reward model too.</summary>
    private void Weigh(ref CollectedSlot slot, SlotCandidates? remembered, IExplorationRule target)
    {
        slot.HasTarget = remembered is not null;
        if (remembered is not { } candidates)
        {
            return;
        }

        var count = candidates.Scores.Length;
        if (_probabilities.Length < count)
        {
            _probabilities = new double[Math.Max(64, 2 * count)];
        }

        var probabilities = _probabilities.AsSpan(0, count);
        target.Fill(candidates.Scores.AsSpan(), candidates.Variances.AsSpan(), probabilities);
        slot.Target = Math.Min(1, probabilities[candidates.Chosen]);
        slot.ModelReward = candidates.Scores[candidates.Chosen];
        slot.ModelValue = 0;
        for (var i = 0; i < count; i++)
        {
            slot.ModelValue += probabilities[i] * candidates.Scores[i];
        }
    }

    private Standing StandingOf(Collected decision, DateTimeOffset now) =>
        decision.Slots.Length == 0 ? Standing.Below
        // Clicks are written at once and their absence when the window closes: until then a decision looks better than it is.
        : now - decision.MadeAt < _options.Rewards.Window ? Standing.Open
        : decision.Slots.Any(static s => !s.IsThere) ? Standing.WithGaps
        : decision.Slots.Any(static s => !(s.Propensity is > 0 and <= 1) || double.IsNaN(s.Target)) ? Standing.WithoutPropensities
        : decision.Slots.Any(static s => !s.HasTarget) ? Standing.WithoutCandidates
        : decision.Slots.Any(static s => s.LacksComponents) ? Standing.WithoutComponents
        : Standing.Evaluated;

    private void Keep(Collected decision, List<EvaluatedSlate> slates, List<EvaluatedDecision> slots)
    {
        // An item's pieces add up in float32: what is at an end of the range may come out a little beyond it.
        var (min, max) = _options.RewardRange;
        foreach (ref var slot in decision.Slots.AsSpan())
        {
            slot.Reward = Math.Clamp(slot.Reward, min, max);
            slots.Add(slot.ToDecision(decision.Cluster));
        }

        slates.Add(new EvaluatedSlate(decision.Cluster, [.. decision.Slots.Select(static s => s.ToSlot())]));
    }

    private int ClusterOf(UserKey user)
    {
        if (!_clusters.TryGetValue(user, out var cluster))
        {
            _clusters.Add(user, cluster = _clusters.Count);
        }

        return cluster;
    }

    private enum Standing
    {
        Evaluated,
        Below,
        Open,
        WithGaps,
        WithoutPropensities,
        WithoutCandidates,
        WithoutComponents,
    }

    private sealed class Collected(int cluster, string id, DateTimeOffset madeAt)
    {
        private CollectedSlot[] _slots = [];

        public int Cluster { get; } = cluster;

        public string Id { get; } = id;

        public DateTimeOffset MadeAt { get; } = madeAt;

        public CollectedSlot[] Slots => _slots;

        public ref CollectedSlot At(int slot)
        {
            if (slot >= _slots.Length)
            {
                Array.Resize(ref _slots, slot + 1);
            }

            return ref _slots[slot];
        }
    }

    private struct CollectedSlot
    {
        public bool IsThere;
        public bool HasTarget;
        public bool LacksComponents;
        public double Propensity;
        public double Target;
        public double ModelReward;
        public double ModelValue;
        public double Reward;

        public readonly EvaluatedSlot ToSlot() => new(Target / Propensity, Reward);

        public readonly EvaluatedDecision ToDecision(int cluster) => new(cluster, Reward, Propensity, Target, ModelReward, ModelValue);
    }
}
