using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations;

/// <summary>
/// How far into each partition of the event log a state has been folded: what makes repeated and overlapping delivery
/// count once. A batch covers the offsets (after, through] of one partition; what it carries has offsets of its own, and
/// whatever is at or before the applied one is skipped. Offsets between batches carried nothing: whoever sends keeps order.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class AppliedOffsets
{
    private readonly SortedDictionary<int, long> _applied = [];

    /// <summary>The last offset of a partition that is folded in; 0 for none.</summary>
    public long Of(int partition) => _applied.GetValueOrDefault(partition);

    /// <summary>Says whether a batch may be folded in, and moves the offset when it may.</summary>
    /// <param name="partition">The partition, from 0.</param>
    /// <param name="after">The offset before the batch's first.</param>
    /// <param name="through">The batch's last offset, greater than <paramref name="after"/>.</param>
    /// <param name="applied">The offset that was applied before: skip what is not later.</param>
    public BatchOutcome Advance(int partition, long after, long through, out long applied)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(through, after);
        applied = Of(partition);
        if (through <= applied)
        {
            return BatchOutcome.AlreadyApplied;
        }

        _applied[partition] = through;
        return after < applied ? BatchOutcome.AppliedInPart : BatchOutcome.Applied;
    }

    /// <summary>The same offsets, to go on by themselves.</summary>
    public AppliedOffsets Copy()
    {
        var copy = new AppliedOffsets();
        foreach (var (partition, offset) in _applied)
        {
            copy._applied.Add(partition, offset);
        }

        return copy;
    }

    /// <summary>Writes the offsets.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt((ulong)_applied.Count);
        foreach (var (partition, offset) in _applied)
        {
            writer.UInt((ulong)partition);
            writer.UInt((ulong)offset);
        }
    }

    /// <summary>Reads offsets.</summary>
    public static AppliedOffsets Read(ref StateReader reader)
    {
        var offsets = new AppliedOffsets();
        for (var left = reader.Count(2); left > 0; left--)
        {
            offsets._applied[checked((int)reader.UInt())] = checked((long)reader.UInt());
        }

        return offsets;
    }
}

/// <summary>What became of a batch.</summary>
public enum BatchOutcome : byte
{
    /// <summary>All of it was folded in.</summary>
    Applied = 0,
    /// <summary>The part after the applied offset was folded in; the rest had been before.</summary>
    AppliedInPart = 1,
    /// <summary>All of it had been folded in before.</summary>
    AlreadyApplied = 2,}
