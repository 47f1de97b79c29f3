using System.Diagnostics.CodeAnalysis;

namespace Personalization.Grains.Recommendations;

/// <summary>
/// Answers to requests that had an id, so that a retry gets the same one. In memory, bounded, for ten minutes. Belongs to
/// one grain and runs in its turns.
/// </summary>
/// <typeparam name="T">The answer.</typeparam>
internal sealed class KeptReplies<T>
    where T : class
{
    private const int Most = 64;
    private static readonly TimeSpan s_age = TimeSpan.FromMinutes(10);
    // Made for the first request that has an id: of most shoppers none has.
    private Dictionary<string, (ulong Fingerprint, T Reply)>? _replies;
    private Queue<(string Id, DateTimeOffset At)>? _order;

    /// <summary>Finds the answer to a request.</summary>
    /// <exception cref="RequestIdReusedException">The id was used for another request.</exception>
    public bool TryGet(string requestId, ulong fingerprint, DateTimeOffset now, [NotNullWhen(true)] out T? reply)
    {
        reply = null;
        if (_replies is null)
        {
            return false;
        }

        Drop(now, _replies, _order!);
        if (requestId.Length == 0 || !_replies.TryGetValue(requestId, out var kept))
        {
            return false;
        }

        if (kept.Fingerprint != fingerprint)
        {
            throw new RequestIdReusedException(requestId);
        }

        reply = kept.Reply;
        return true;
    }

    /// <summary>Keeps an answer.</summary>
    public void Keep(string requestId, ulong fingerprint, DateTimeOffset now, T reply)
    {
        if (requestId.Length == 0)
        {
            return;
        }

        _replies ??= new Dictionary<string, (ulong, T)>(StringComparer.Ordinal);
        _order ??= new Queue<(string, DateTimeOffset)>();
        if (!_replies.TryAdd(requestId, (fingerprint, reply)))
        {
            return;
        }

        _order.Enqueue((requestId, now));
        while (_order.Count > Most)
        {
            _replies.Remove(_order.Dequeue().Id);
        }
    }

    /// <summary>Keeps nothing any more.</summary>
    public void Clear()
    {
        _replies = null;
        _order = null;
    }

    private static void Drop(
        DateTimeOffset now, Dictionary<string, (ulong Fingerprint, T Reply)> replies, Queue<(string Id, DateTimeOffset At)> order)
    {
        while (order.TryPeek(out var oldest) && now - oldest.At > s_age)
        {
            replies.Remove(order.Dequeue().Id);
        }
    }
}
