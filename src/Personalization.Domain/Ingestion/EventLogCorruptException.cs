namespace Personalization.Domain.Ingestion;

/// <summary>Stored records are damaged: they are reported, never skipped.</summary>
/// <param name="partition">The partition.</param>
/// <param name="firstOffset">The first offset that cannot be read.</param>
/// <param name="lastOffset">The last offset that cannot be read.</param>
/// <param name="detail">What is wrong.</param>
/// <param name="cause">What was found out, or null.</param>
public sealed class EventLogCorruptException(int partition, long firstOffset, long lastOffset, string detail, Exception? cause = null)
    : Exception($"Partition {partition} of the event log is damaged at offsets {firstOffset} to {lastOffset}: {detail}", cause)
{
    /// <summary>The partition.</summary>
    public int Partition { get; } = partition;

    /// <summary>The first offset that cannot be read.</summary>
    public long FirstOffset { get; } = firstOffset;

    /// <summary>The last offset that cannot be read.</summary>
    public long LastOffset { get; } = lastOffset;
}
