using System.Runtime.CompilerServices;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Rewards;

// The cascade (Kveton, Szepesvári, Wen, Ashkan: "Cascading bandits: learning to rank in the cascade model", ICML 2015; several clicks
// as in Guo, Liu, Wang: "Efficient multiple-click models in web search", WSDM 2009): a shopper looks from the top down, and what they
// last did something with says how far they came. Everything down to there was looked at for sure; what is below it is missing and
// not zero. A slate that nothing was done with was looked at down to the last item that was reported as seen.
//
// How far they came is known for sure only from what they did, and that can only come further: while the window is open, no more is
// taught than what was done. When it closes, what lies above and got nothing is taught as 0. Should something further down be clicked
// after that, the items between become observations then. What was once taught is never taken back: a slate that nothing was done
// with while its window was open stays looked at as far as it was seen, and a click that comes later is an amendment.
public sealed partial class RewardJoiner
{
    private const byte Deeds = byte.MaxValue & ~(1 << (int)RewardComponent.Feeling);

    /// <summary>Teaches of a slate what is known to have been looked at and has not been taught as it stands now.</summary>
    private void TeachLookedAt(ref PendingDecision pending, long offset, ICollection<PolicyUpdate> lessons)
    {
        var depth = DepthOf(in pending);
        if (pending.Closed)
        {
            BeginDownTo(depth, ref pending);
        }

        foreach (ref var item in pending.Items)
        {
            var lookedAt = PositionOf(item.Slot, in item) <= depth && (pending.Closed || item.Present != 0);
            if (lookedAt || item.Told)
            {
                Teach(in pending, ref item, offset, lessons);
            }
        }
    }

    /// <summary>The position down to which a slate was looked at, as far as is known; 0 for not at all.</summary>
    private static int DepthOf(in PendingDecision pending)
    {
        var (done, seen) = (0, 0);
        foreach (ref readonly var item in pending.Items)
        {
            var position = PositionOf(item.Slot, in item);
            done = (item.Present & Deeds) != 0 ? Math.Max(done, position) : done;
            seen = item.Seen ? Math.Max(seen, position) : seen;
        }

        return done > 0 ? done : pending.Closed ? seen : 0;
    }

    /// <summary>Begins the slots of which nothing was heard: whoever came further down passed them.</summary>
    private static void BeginDownTo(int depth, ref PendingDecision pending)
    {
        var slots = Math.Min(depth, pending.Decode().Items.Length);
        for (var slot = 0; slot < slots; slot++)
        {
            if (Unsafe.IsNullRef(ref pending.Find(slot)))
            {
                pending.At(slot);
            }
        }
    }
}
