using Personalization.Domain.Recommendations;

namespace Personalization.Grains.Ingestion;

/// <summary>Answers to partitions, from what the domain says became of a batch.</summary>
internal static class RangeFolds
{
    public static RangeFoldReply ToReply(this BatchOutcome outcome, long lastOffset) => outcome switch
    {
        BatchOutcome.Applied or BatchOutcome.AppliedInPart => new RangeFoldReply(RangeFoldStatus.Applied, lastOffset),
        BatchOutcome.AlreadyApplied => new RangeFoldReply(RangeFoldStatus.AlreadyApplied, lastOffset),
        _ => throw new InvalidOperationException($"A range that begins no later than what was applied cannot end in {outcome}."),
    };
}
