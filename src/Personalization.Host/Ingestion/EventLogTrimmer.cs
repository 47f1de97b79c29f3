using Personalization.Domain.Ingestion;

namespace Personalization.Host.Ingestion;

/// <summary>
/// Finds what of the event log may go, and lets it go: what is older than the age, is behind the checkpoint, and is not
/// among the records that the dedup window is made of after a restart.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="retention">Its other face.</param>
/// <param name="dedupEntries">How many of a partition's last records the dedup window is made of.</param>
internal sealed class EventLogTrimmer(IEventLog log, IEventLogRetention retention, int dedupEntries)
{
    private const int ReadAtOnce = 64;

    // A checkpoint is told a moment before it is durable; one that was told a round ago is.
    private readonly long[] _checkpoints = new long[log.PartitionCount];
    private readonly long[] _trimmedTo = new long[log.PartitionCount];

    /// <summary>Trims a partition.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="checkpoint">Its checkpoint now; what lies behind it may go in the next round.</param>
    /// <param name="before">Records that were received at or after this moment stay.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many records went, as far as this trimmer knows of.</returns>
    public async Task<long> TrimAsync(int partition, long checkpoint, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var upTo = Math.Min(_checkpoints[partition], log.Tail(partition) - dedupEntries);
        _checkpoints[partition] = checkpoint;
        var trimmed = _trimmedTo[partition];
        if (upTo <= trimmed)
        {
            return 0;
        }

        var first = await FindFirstAsync(partition, trimmed, upTo, before, cancellationToken);
        if (first <= trimmed + 1)
        {
            return 0;
        }

        _trimmedTo[partition] = Math.Max(trimmed, await retention.TrimAsync(partition, first, cancellationToken));
        return _trimmedTo[partition] - trimmed;
    }

    /// <summary>The first offset in (after, upTo] that was received at or after a moment; upTo + 1 when none was.</summary>
    private async Task<long> FindFirstAsync(
        int partition, long after, long upTo, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        // Times of receipt grow with the offsets, but for a clock that was set back: then a little too much stays or goes.
        var (low, high) = (after + 1, upTo + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var (offset, receivedAt) = await ReadAsync(partition, middle, high, cancellationToken);
            if (receivedAt >= moment)
            {
                high = middle;
            }
            else
            {
                low = Math.Max(middle, offset) + 1;
            }
        }

        return low;
    }

    /// <summary>When the first readable record from an offset on was received; null when there is none before the limit.</summary>
    private async Task<(long Offset, DateTimeOffset? ReceivedAt)> ReadAsync(
        int partition, long from, long limit, CancellationToken cancellationToken)
    {
        for (var after = from - 1; after < limit - 1;)
        {
            var records = await log.ReadAsync(partition, after, (int)Math.Min(ReadAtOnce, limit - 1 - after), cancellationToken);
            foreach (var record in records)
            {
                // What was erased has no time any more, and nobody misses it; the search goes by its neighbours.
                if (!record.Body.IsEmpty && record.Offset < limit)
                {
                    return (record.Offset, EventCodec.Decode(record.Body.Span).ReceivedAt);
                }
            }

            if (records.Count == 0)
            {
                break;
            }

            after = records[^1].Offset;
        }

        return (limit - 1, null);
    }
}
