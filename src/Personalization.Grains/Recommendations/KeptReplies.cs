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

    // Oldest first. Made for the first request that has an id: of most shoppers none has.
    private OrderedDictionary<string, Kept>? _replies;

    /// <summary>Finds the answer to a request.</summary>
    /// <exception cref="RequestIdReusedException">The id was used for another request.</exception>
    public bool TryGet(string requestId, ulong fingerprint, DateTimeOffset now, [NotNullWhen(true)] out T? reply)
    {
        reply = null;
        while (_replies is { Count: > 0 } && now - _replies.GetAt(0).Value.At > s_age)
        {
            _replies.RemoveAt(0);
        }

        if (_replies is null || requestId.Length == 0 || !_replies.TryGetValue(requestId, out var kept))
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

        _replies ??= new OrderedDictionary<string, Kept>(StringComparer.Ordinal);
        if (_replies.TryAdd(requestId, new Kept(fingerprint, reply, now)) && _replies.Count > Most)
        {
            _replies.RemoveAt(0);
        }
    }

    /// <summary>Keeps nothing any more.</summary>
    public void Clear() => _replies = null;

    private readonly record struct Kept(ulong Fingerprint, T Reply, DateTimeOffset At);
}
