namespace Personalization.Domain.Rewards;

// Merging: a visitor who turns out to be a known shopper brings along the decisions that still wait for outcomes.
public sealed partial class RewardJoiner
{
    /// <summary>Takes over the decisions of another key of the same shopper. Those that it has already stay as they are.</summary>
    /// <param name="other">The other key's joiner; it is not changed, and its owner starts a new one.</param>
    /// <remarks>Where there are more than fit, the oldest are let go untaught: their lessons would have the wrong partition's offsets.</remarks>
    public void Absorb(RewardJoiner other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (ref readonly var pending in other.Pending)
        {
            if (Find(pending.DecisionId) < 0)
            {
                Restore(in pending);
            }
        }

        _pending.AsSpan(0, _count).Sort(static (a, b) => a.AtTicks.CompareTo(b.AtTicks));
        while (Surplus(room: 0) is >= 0 and var surplus)
        {
            Release(surplus);
        }
    }
}
