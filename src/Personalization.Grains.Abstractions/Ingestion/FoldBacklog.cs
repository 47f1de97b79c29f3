using Personalization.Domain.Ingestion;

namespace Personalization.Grains.Ingestion;

/// <summary>How much of the log this silo has not folded in yet. Kept by its partitions; read by whoever lets events in. Safe for concurrent use.</summary>
/// <param name="log">The log.</param>
public sealed class FoldBacklog(IEventLog log)
{
    private const long Elsewhere = -1;
    private readonly long[] _applied = [.. Enumerable.Repeat(Elsewhere, log.PartitionCount)];

    /// <summary>Events acknowledged and not folded in, over the partitions that are on this silo.</summary>
    public long Behind
    {
        get
        {
            long behind = 0;
            for (var partition = 0; partition < _applied.Length; partition++)
            {
                var applied = Volatile.Read(ref _applied[partition]);
                behind += applied == Elsewhere ? 0 : Math.Max(0, log.Tail(partition) - applied);
            }

            return behind;
        }
    }

    /// <summary>A partition of this silo has folded in up to an offset.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="applied">The offset.</param>
    public void Report(int partition, long applied) => Volatile.Write(ref _applied[partition], applied);

    /// <summary>A partition has left this silo.</summary>
    /// <param name="partition">The partition.</param>
    public void Leave(int partition) => Volatile.Write(ref _applied[partition], Elsewhere);
}
