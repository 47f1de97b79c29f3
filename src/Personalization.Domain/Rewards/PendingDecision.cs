using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Decisions;

namespace Personalization.Domain.Rewards;

/// <summary>A decision whose outcomes are waited for. The decision itself stays encoded: most are never asked about again.</summary>
internal sealed class PendingDecision(string decisionId, long atTicks, ImmutableArray<byte> body)
{
    private Decision? _decoded;

    public string DecisionId { get; } = decisionId;

    /// <summary>When it was made, in UTC ticks.</summary>
    public long AtTicks { get; } = atTicks;

    public ImmutableArray<byte> Body { get; } = body;

    /// <summary>Whether the window has closed.</summary>
    public bool Closed { get; set; }

    /// <summary>What is known of items, by slot from 0; only those of which something is.</summary>
    public SortedDictionary<int, ItemOutcome> Items { get; } = [];

    public Decision Decode() => _decoded ??= DecisionCodec.Instance.Read(Body.AsSpan());

    /// <summary>Lets go of what can be decoded again.</summary>
    public void Fold() => _decoded = null;

    public ItemOutcome At(int slot)
    {
        if (!Items.TryGetValue(slot, out var outcome))
        {
            Items.Add(slot, outcome = new ItemOutcome());
        }

        return outcome;
    }
}

/// <summary>What is known of one item of a slate.</summary>
internal sealed class ItemOutcome
{
    /// <summary>Aggregated values by component; null while there are none.</summary>
    public float[]? Values { get; set; }

    /// <summary>One bit per component that has a value.</summary>
    public byte Present { get; set; }

    /// <summary>Whether it was seen.</summary>
    public bool Seen { get; set; }

    /// <summary>Whether the policy has been told a reward.</summary>
    public bool Told { get; set; }

    /// <summary>Where the caller says it was shown, from 1; 0 for the slot of the slate.</summary>
    public int Position { get; set; }

    /// <summary>The reward the policy was told.</summary>
    public float ToldReward { get; set; }

    /// <summary>Takes in a value.</summary>
    public void Add(RewardComponent component, float value, RewardAggregation aggregation)
    {
        Values ??= new float[RewardOptions.ComponentCount];
        ref var kept = ref Values[(int)component];
        var bit = (byte)(1 << (int)component);
        if ((Present & bit) == 0)
        {
            kept = value;
            Present |= bit;
            return;
        }

        kept = aggregation switch
        {
            RewardAggregation.Sum => kept + value,
            RewardAggregation.Max => Math.Max(kept, value),
            RewardAggregation.Last => value,
            _ => kept,
        };
    }

    /// <summary>The reward as of now.</summary>
    public float Reward(RewardOptions options)
    {
        var reward = 0f;
        for (var c = 0; Values is not null && c < Values.Length; c++)
        {
            reward += (Present & (1 << c)) != 0 ? options.Terms[c].Weight * Values[c] : 0;
        }

        return Math.Clamp(reward, options.MinReward, options.MaxReward);
    }
}
