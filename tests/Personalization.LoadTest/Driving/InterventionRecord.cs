using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>What came of the interventions, action by action.</summary>
internal sealed class InterventionRecord
{
    private readonly long[] _decided = new long[Enum.GetValues<InterventionAction>().Length];
    private readonly long[] _accepted = new long[Enum.GetValues<InterventionAction>().Length];
    private readonly long[] _converted = new long[Enum.GetValues<InterventionAction>().Length];
    private readonly long[] _profitCents = new long[Enum.GetValues<InterventionAction>().Length];
    private long _reviews;

    /// <summary>Decisions that were left to a person.</summary>
    public long HumanReviews => Volatile.Read(ref _reviews);

    public void Decided(DecideResponse decision)
    {
        Interlocked.Increment(ref _decided[(int)decision.Action]);
        if (decision.NeedsHumanReview)
        {
            Interlocked.Increment(ref _reviews);
        }
    }

    /// <param name="action">What was done.</param>
    /// <param name="accepted">Whether the shopper took it up.</param>
    /// <param name="converted">Whether the shopper bought.</param>
    /// <param name="profit">Margin less cost, in the shop's currency.</param>
    public void Ended(InterventionAction action, bool accepted, bool converted, decimal profit)
    {
        Interlocked.Add(ref _accepted[(int)action], accepted ? 1 : 0);
        Interlocked.Add(ref _converted[(int)action], converted ? 1 : 0);
        Interlocked.Add(ref _profitCents[(int)action], (long)(profit * 100));
    }

    /// <summary>The counts of an action.</summary>
    public (long Decided, long Accepted, long Converted, decimal Profit) Of(InterventionAction action) =>
        (_decided[(int)action], _accepted[(int)action], _converted[(int)action], _profitCents[(int)action] / 100m);
}
