namespace Personalization.Grains.Ingestion;

/// <summary>
/// Contributions of one partition to one receiver that have not been taken yet, in order of offset. They are kept one by
/// one until they are, because a receiver that has some of them already must be sent the rest alone.
/// </summary>
/// <typeparam name="T">A contribution.</typeparam>
/// <param name="target">Whom they are for.</param>
/// <param name="receiver">The grain of the target.</param>
/// <param name="taken">The last offset that it has taken; 0 for none.</param>
/// <param name="encode">Makes one body of some contributions, as the receiver reads it.</param>
internal sealed class PendingFold<T>(
    FoldTarget target, IRangeFoldGrain receiver, long taken, Func<IReadOnlyList<(long Offset, T Item)>, byte[]> encode) : IPendingFold
{
    // Of most products a partition has one event at a time.
    private readonly List<(long Offset, T Item)> _items = new(1);
    private Task _sending = Task.CompletedTask;

    public FoldTarget Target => target;

    public long Taken { get; private set; } = taken;

    public bool IsDone => _items.Count == 0 && _sending.IsCompleted;

    public void Add(long offset, T item) => _items.Add((offset, item));

    /// <summary>Sends what there is up to an offset, after whatever is being sent. Throws when the receiver does; nothing is lost then.</summary>
    public async Task SendAsync(int partition, long upTo)
    {
        while (!_sending.IsCompleted)
        {
            // A failure of the send under way is that caller's; this one tries for itself.
            await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await (_sending = SendNowAsync(partition, upTo));
    }

    private async Task SendNowAsync(int partition, long upTo)
    {
        while (_items.Count > 0 && _items[0].Offset <= upTo)
        {
            // Others may add while this waits; what is sent is what there is now. Nothing of this receiver lies between
            // its first contribution and the one before that, so the range can begin right there.
            var batch = _items.ToArray();
            var fold = new RangeFold(partition, batch[0].Offset - 1, batch[^1].Offset, Taken, encode(batch));
            var reply = await receiver.Fold(fold);
            if (reply.Status == RangeFoldStatus.Lost)
            {
                throw new LostFoldException();
            }

            Taken = Math.Max(Taken, reply.Status == RangeFoldStatus.Overlap ? 0 : fold.To);
            _items.RemoveRange(0, reply.Status == RangeFoldStatus.Overlap ? CountUpTo(reply.LastOffset) : batch.Length);
        }
    }

    private int CountUpTo(long offset)
    {
        var count = 0;
        while (count < _items.Count && _items[count].Offset <= offset)
        {
            count++;
        }

        return count;
    }
}

/// <summary>A <see cref="PendingFold{T}"/> of whatever contributions.</summary>
internal interface IPendingFold
{
    FoldTarget Target { get; }

    /// <summary>The last offset that the receiver has taken; 0 for none.</summary>
    long Taken { get; }

    /// <summary>Whether nothing waits and nothing is being sent.</summary>
    bool IsDone { get; }

    Task SendAsync(int partition, long upTo);
}
