using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// A small hash table from product numbers to a number each, that is emptied at no cost and never gives memory back: its
/// size depends on how much one request puts in, not on the catalogue.
/// </summary>
/// <typeparam name="T">What is kept per product.</typeparam>
internal sealed class ItemMap<T>
    where T : struct
{
    private Entry[] _entries = new Entry[1024];
    private int[] _filled = new int[512];
    private int _shift = 32 - 10;
    private uint _stamp = 1;

    /// <summary>How many products there are.</summary>
    public int Count { get; private set; }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Count = 0;
        if (++_stamp == 0)
        {
            Array.Clear(_entries);
            _stamp = 1;
        }
    }

    /// <summary>The value of a product, made as the default when there is none.</summary>
    /// <param name="item">The product.</param>
    /// <param name="added">Whether it was made.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Slot(int item, out bool added)
    {
        var at = Find(item);
        added = _entries[at].Stamp != _stamp;
        if (added)
        {
            at = Insert(item, at);
        }

        return ref _entries[at].Value;
    }

    /// <summary>The value of a product; the default when there is none.</summary>
    public T this[int item]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ref readonly var entry = ref _entries[Find(item)];
            return entry.Stamp == _stamp ? entry.Value : default;
        }
    }

    /// <summary>Whether a product has a value.</summary>
    public bool Contains(int item) => _entries[Find(item)].Stamp == _stamp;

    /// <summary>The products, in the order they came, with their values.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    /// <param name="value">The value.</param>
    public int At(int index, out T value)
    {
        ref readonly var entry = ref _entries[_filled[index]];
        value = entry.Value;
        return entry.Key;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(int item)
    {
        var entries = _entries;
        var at = (int)(((uint)item * 2654435769u) >> _shift);
        while (entries[at].Stamp == _stamp && entries[at].Key != item)
        {
            at = (at + 1) & (entries.Length - 1);
        }

        return at;
    }

    private int Insert(int item, int at)
    {
        if (Count == _filled.Length)
        {
            Grow();
            at = Find(item);
        }

        _entries[at] = new Entry { Key = item, Stamp = _stamp };
        _filled[Count++] = at;
        return at;
    }

    private void Grow()
    {
        var (entries, filled) = (_entries, _filled);
        var size = entries.Length * 2;
        (_entries, _filled) = (new Entry[size], new int[size / 2]);
        (var count, Count, _stamp) = (Count, 0, 1);
        _shift--;
        for (var i = 0; i < count; i++)
        {
            ref readonly var entry = ref entries[filled[i]];
            Slot(entry.Key, out _) = entry.Value;
        }
    }

    // Side by side: one wait for memory finds out all there is to know of a product.
    private struct Entry
    {
        public int Key;
        public uint Stamp;
        public T Value;
    }
}
