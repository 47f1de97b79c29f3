namespace Personalization.Storage.Sqlite.Encryption;

/// <summary>
/// Decides which keys leave the cache: second chance (Corbató's clock), which spares those used since it last came by and
/// costs a use no more than setting a flag. Keys that are not stored yet are never dropped.
/// </summary>
internal sealed class KeyCacheClock(int capacity, Action<UserSecret> drop)
{
    private readonly Lock _gate = new();
    private readonly Queue<UserSecret> _ring = new();

    /// <summary>Takes a key in, and lets another go when there are too many.</summary>
    public void Add(UserSecret secret)
    {
        lock (_gate)
        {
            _ring.Enqueue(secret);
            if (_ring.Count <= capacity)
            {
                return;
            }

            // Twice round finds one unless all of them wait to be stored.
            for (var looks = 2 * _ring.Count; looks > 0; looks--)
            {
                var candidate = _ring.Dequeue();
                if (candidate is { RecentlyUsed: false, IsStored: true })
                {
                    drop(candidate);
                    return;
                }

                candidate.RecentlyUsed = false;
                _ring.Enqueue(candidate);
            }
        }
    }
}
