namespace Personalization.Domain.Ingestion;

/// <summary>A place in the event log. Offsets start at 1 and grow by one in each partition; 0 is "before the first".</summary>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Offset">The offset in that partition, from 1.</param>
public readonly record struct LogPosition(int Partition, long Offset);
