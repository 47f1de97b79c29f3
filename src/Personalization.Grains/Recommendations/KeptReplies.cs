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
    private readonly Dictionary<string, (ulong Fingerprint, T Reply)> _replies = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset At)> _order = new();

    /// <summary>Finds the answer to a request.</summary>
    /// <exception cref="RequestIdReusedException">The id was used for another request.</exception>
    public bool TryGet(string requestId, ulong fingerprint, DateTimeOffset now, [NotNullWhen(true)] out T? reply)
    {
        Drop(now);
        reply = null;
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
        if (requestId.Length == 0 || !_replies.TryAdd(requestId, (fingerprint, reply)))
        {
            return;
        }

        _order.Enqueue((requestId, now));
        while (_order.Count > Most)
        {
            _replies.Remove(_order.Dequeue().Id);
        }
    }

    private void Drop(DateTimeOffset now)
    {
        while (_order.TryPeek(out var oldest) && now - oldest.At > s_age)
        {
            _replies.Remove(_order.Dequeue().Id);
        }
    }
}
