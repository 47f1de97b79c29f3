using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Rewards;

// Settling: when a window closes, what the slots of a slate got is held beside each other and against what was expected of them. All
// of it at once: clicks are known at once and their absence later, and what is counted as it comes has more of the former whenever
// there are more shoppers than before.
public sealed partial class RewardJoiner
{
    private const byte Responses =
        (1 << (int)RewardComponent.Click) | (1 << (int)RewardComponent.Cart) | (1 << (int)RewardComponent.Purchase);

    /// <summary>What a decision teaches of positions and of predictions; null for nothing. What comes later is not settled again.</summary>
    private PolicyUpdate? Settlement(in PendingDecision pending)
    {
        var decision = pending.Decode();
        var pairs = PairsOf(decision, in pending);
        var loss = LossOf(decision, in pending);
        return pairs.IsEmpty && loss is null ? null : new PolicyUpdate
        {
            Kind = PolicyUpdateKind.Settlement,
            Offset = 0,
            ItemId = string.Empty,
            User = [],
            Item = [],
            Position = 0,
            Reward = 0,
            PolicyVersion = decision.PolicyVersion,
            FeatureVersion = decision.FeatureVersion,
            Pairs = pairs,
            Loss = loss,
        };
    }

    /// <summary>Neighbours that were both seen where they were drawn, one of them at least responded to.</summary>
    private static ImmutableArray<SlotPair> PairsOf(Decision decision, in PendingDecision pending)
    {
        ImmutableArray<SlotPair>.Builder? pairs = null;
        for (var slot = 0; slot < decision.Swaps.Length; slot++)
        {
            if (decision.Swaps[slot] > (Half)0 && Seen(in pending, slot) is { } upper && Seen(in pending, slot + 1) is { } lower
                && ((upper.Present | lower.Present) & Responses) != 0)
            {
                pairs ??= ImmutableArray.CreateBuilder<SlotPair>();
                pairs.Add(new SlotPair(
                    slot + 1, decision.Swaps[slot], (upper.Present & Responses) != 0, (lower.Present & Responses) != 0));
            }
        }

        return pairs?.ToImmutable() ?? [];
    }

    private static ItemOutcome? Seen(in PendingDecision pending, int slot)
    {
        ref readonly var item = ref pending.Find(slot);
        return !Unsafe.IsNullRef(in item) && item.Seen && PositionOf(slot, in item) == slot + 1 ? item : null;
    }

    /// <summary>
    /// The mean of min((r − b·μ)², 1) over what was seen, with b and μ as of the decision; of the engine's own choices. Bounded, for
    /// a rare large purchase is no sign of anything.
    /// </summary>
    private static float? LossOf(Decision decision, in PendingDecision pending)
    {
        if (decision.Arm != RankingArm.Engine || decision.Mode != PolicyMode.Online || decision.Examination.IsEmpty)
        {
            return null;
        }

        var (sum, count) = (0.0, 0);
        foreach (ref readonly var item in pending.Items)
        {
            if (item.Told)
            {
                var examination = ExaminationGrid.At(decision.Examination.AsSpan(), PositionOf(item.Slot, in item));
                var error = item.ToldReward - (examination * (double)decision.Items[item.Slot].Score);
                sum += Math.Min(error * error, 1);
                count++;
            }
        }

        return count > 0 && double.IsFinite(sum) ? (float)(sum / count) : null;
    }

    private static int PositionOf(int slot, in ItemOutcome item) => item.Position > 0 ? item.Position : slot + 1;
}
