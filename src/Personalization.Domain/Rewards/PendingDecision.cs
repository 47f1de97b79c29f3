using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Rewards;

/// <summary>A decision whose outcomes are waited for. The decision itself stays encoded: most are never asked about again.</summary>
internal struct PendingDecision
{
    // Outcomes of one slate come one upon another: what the last of them was about need not be decoded for the next.
    [ThreadStatic]
    private static (ImmutableArray<byte> Body, Decision Decision) t_decoded;

    // Null when the body says it, as it does but in tests of what it does not.
    private readonly string? _id;
    private ItemOutcome[]? _items;
    private int _count;

    public PendingDecision(string decisionId, long atTicks, ImmutableArray<byte> body)
    {
        (AtTicks, Body) = (atTicks, body);
        Hash = StableHash.Of(decisionId);
        _id = IdIn(body.AsSpan()) == decisionId ? null : decisionId;
    }

    /// <summary>The decision's id; made anew at each asking.</summary>
    public readonly string DecisionId => _id ?? IdIn(Body.AsSpan())!;

    /// <summary>The id's hash.</summary>
    public ulong Hash { get; }

    /// <summary>When it was made, in UTC ticks.</summary>
    public long AtTicks { get; }

    public ImmutableArray<byte> Body { get; }

    /// <summary>Whether the window has closed.</summary>
    public bool Closed { get; set; }

    /// <summary>What is known of items, by slot; only those of which something is.</summary>
    public readonly Span<ItemOutcome> Items => _items.AsSpan(0, _count);

    public readonly bool Is(string decisionId, ulong hash) => Hash == hash && DecisionId == decisionId;

    public readonly Decision Decode()
    {
        if (t_decoded.Body != Body)
        {
            t_decoded = (Body, DecisionCodec.Instance.Read(Body.AsSpan()));
        }

        return t_decoded.Decision;
    }

    /// <summary>What is known of a slot; begun when nothing was. Good until the next slot is begun.</summary>
    public ref ItemOutcome At(int slot)
    {
        var at = 0;
        while (at < _count && _items![at].Slot < slot)
        {
            at++;
        }

        if (at == _count || _items![at].Slot != slot)
        {
            TightArray.Reserve(ref _items, _count);
            _items.AsSpan(at, _count - at).CopyTo(_items.AsSpan(at + 1));
            _items[at] = new ItemOutcome { Slot = slot };
            _count++;
        }

        return ref _items[at];
    }

    /// <summary>Whether anything is known of a slot, and what.</summary>
    /// <returns>A null reference when nothing is.</returns>
    public readonly ref ItemOutcome Find(int slot)
    {
        foreach (ref var item in Items)
        {
            if (item.Slot == slot)
            {
                return ref item;
            }
        }

        return ref Unsafe.NullRef<ItemOutcome>();
    }

    /// <summary>The id that a record of a decision begins with, after its format.</summary>
    private static string? IdIn(ReadOnlySpan<byte> body)
    {
        if (!DecisionCodec.IsRecommendation(body))
        {
            return null;
        }

        try
        {
            return new StateReader(body[1..]).Text();
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>What is known of one item of a slate.</summary>
internal struct ItemOutcome
{
    /// <summary>Its slot, from 0.</summary>
    public int Slot { get; init; }

    /// <summary>Where the caller says it was shown, from 1; 0 for the slot of the slate.</summary>
    public int Position { get; set; }

    /// <summary>The reward the policy was told.</summary>
    public float ToldReward { get; set; }

    /// <summary>Aggregated values by component.</summary>
    public ValueByComponent Values;

    /// <summary>One bit per component that has a value.</summary>
    public byte Present { get; private set; }

    /// <summary>Whether it was seen.</summary>
    public bool Seen { get; set; }

    /// <summary>Whether the policy has been told a reward.</summary>
    public bool Told { get; set; }

    /// <summary>Takes in a value.</summary>
    public void Add(RewardComponent component, float value, RewardAggregation aggregation)
    {
        var kept = Values[(int)component];
        var bit = (byte)(1 << (int)component);
        if ((Present & bit) == 0)
        {
            Values[(int)component] = value;
            Present |= bit;
            return;
        }

        Values[(int)component] = aggregation switch
        {
            RewardAggregation.Sum => kept + value,
            RewardAggregation.Max => Math.Max(kept, value),
            RewardAggregation.Last => value,
            _ => kept,
        };
    }

    /// <summary>The reward as of now.</summary>
    public readonly float Reward(RewardOptions options)
    {
        var reward = 0f;
        for (var c = 0; c < RewardOptions.ComponentCount; c++)
        {
            reward += (Present & (1 << c)) != 0 ? options.Terms[c].Weight * Values[c] : 0;
        }

        return Math.Clamp(reward, options.MinReward, options.MaxReward);
    }

    /// <summary>One value per <see cref="RewardComponent"/>.</summary>
    [InlineArray(RewardOptions.ComponentCount)]
    internal struct ValueByComponent
    {
        private float _first;
    }
}
