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

    // Oldest first.
    private readonly OrderedDictionary<string, Kept> _replies = new(StringComparer.Ordinal);

    private KeptReplies()
    {
    }

    /// <summary>Finds the answer to a request; null when there is none.</summary>
    /// <exception cref="RequestIdReusedException">The id was used for another request.</exception>
    public T? Find(string requestId, ulong fingerprint, DateTimeOffset now)
    {
        while (_replies.Count > 0 && now - _replies.GetAt(0).Value.At > s_age)
        {
            _replies.RemoveAt(0);
        }

        if (requestId.Length == 0 || !_replies.TryGetValue(requestId, out var kept))
        {
            return null;
        }

        return kept.Fingerprint == fingerprint ? kept.Reply : throw new RequestIdReusedException(requestId);
    }

    /// <summary>Keeps an answer.</summary>
    /// <param name="replies">Where; made for the first request that has an id: of most shoppers none has.</param>
    /// <param name="requestId">The request's id; empty for none, and nothing is kept.</param>
    /// <param name="fingerprint">What was asked.</param>
    /// <param name="now">When.</param>
    /// <param name="reply">The answer.</param>
    public static void Keep(ref KeptReplies<T>? replies, string requestId, ulong fingerprint, DateTimeOffset now, T reply)
    {
        if (requestId.Length == 0)
        {
            return;
        }

        replies ??= new KeptReplies<T>();
        if (replies._replies.TryAdd(requestId, new Kept(fingerprint, reply, now)) && replies._replies.Count > Most)
        {
            replies._replies.RemoveAt(0);
        }
    }

    private readonly record struct Kept(ulong Fingerprint, T Reply, DateTimeOffset At);
}
