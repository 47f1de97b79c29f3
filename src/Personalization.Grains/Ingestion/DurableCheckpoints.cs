namespace Personalization.Grains.Ingestion;

/// <summary>
/// How far the checkpoints of the partitions that are on this silo are, as they are stored: what events up to there led to
/// elsewhere will never be asked for again, whatever dies, and need not be kept. Safe for concurrent use.
/// </summary>
/// <remarks>A checkpoint that is about to be written is not one yet: if it never is, all that came after the last is folded again.</remarks>
/// <param name="partitions">How many partitions there are.</param>
public sealed class DurableCheckpoints(int partitions)
{
    private readonly long[] _offsets = new long[partitions];

    /// <summary>The checkpoint of a partition, or an earlier one; 0 when none was heard of.</summary>
    public long Of(int partition) => Volatile.Read(ref _offsets[partition]);

    /// <summary>Hears of a checkpoint that is stored. They never go back: an earlier one is old news.</summary>
    public void Hear(int partition, long offset)
    {
        ref var known = ref _offsets[partition];
        for (var last = Volatile.Read(ref known); last < offset;)
        {
            var seen = Interlocked.CompareExchange(ref known, offset, last);
            if (seen == last)
            {
                return;
            }

            last = seen;
        }
    }
}
