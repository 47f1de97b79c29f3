using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Personalization.Api.Consent;

/// <summary>
/// A bounded map of what was lately used, in two generations: when the young one is full it becomes the old one, and
/// what nobody asked for since then is let go. Safe for use by many threads; a look-up takes no lock.
/// </summary>
/// <param name="capacity">Entries of both generations together; at least 2.</param>
/// <param name="maxAge">How long an entry is believed; null for ever.</param>
/// <param name="time">Tells entries' age.</param>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity, TimeSpan? maxAge, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _writing = new();
    private readonly int _generation = Math.Max(1, capacity / 2);
    private volatile ConcurrentDictionary<TKey, Entry> _young = new();
    private volatile ConcurrentDictionary<TKey, Entry> _old = new();
    private int _youngCount;

    /// <summary>Finds a value that is not too old.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out var entry))
        {
            value = entry.Value;
            return IsFresh(entry);
        }

        if (_old.TryGetValue(key, out entry) && IsFresh(entry))
        {
            Promote(key, entry);
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>What this process wrote: replaces whatever is there.</summary>
    public void Set(TKey key, TValue value)
    {
        lock (_writing)
        {
            Keep(key, new Entry(value, time.GetTimestamp()));
        }
    }

    /// <summary>
    /// What was read from the store: replaces only what is too old, so that a slow read never hides a write that came
    /// after it began.
    /// </summary>
    public void Offer(TKey key, TValue value)
    {
        lock (_writing)
        {
            if (!TryGet(key, out _))
            {
                Keep(key, new Entry(value, time.GetTimestamp()));
            }
        }
    }

    private bool IsFresh(Entry entry) => maxAge is not { } age || time.GetElapsedTime(entry.Since) < age;

    private void Promote(TKey key, Entry entry)
    {
        lock (_writing)
        {
            if (!_young.ContainsKey(key))
            {
                Keep(key, entry);
            }
        }
    }

    private void Keep(TKey key, Entry entry)
    {
        if (!_young.ContainsKey(key) && ++_youngCount > _generation)
        {
            _old = _young;
            _young = new ConcurrentDictionary<TKey, Entry>();
            _youngCount = 1;
        }

        _young[key] = entry;
    }

    private readonly record struct Entry(TValue Value, long Since);
}
