using System.Numerics;
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
    private int[] _keys = new int[1024];
    private uint[] _stamps = new uint[1024];
    private T[] _values = new T[1024];
    private int[] _filled = new int[512];
    private uint _stamp = 1;

    /// <summary>How many products there are.</summary>
    public int Count { get; private set; }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Count = 0;
        if (++_stamp == 0)
        {
            Array.Clear(_stamps);
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
        added = _stamps[at] != _stamp;
        if (added)
        {
            at = Insert(item, at);
        }

        return ref _values[at];
    }

    /// <summary>The value of a product; the default when there is none.</summary>
    public T this[int item]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var at = Find(item);
            return _stamps[at] == _stamp ? _values[at] : default;
        }
    }

    /// <summary>Whether a product has a value.</summary>
    public bool Contains(int item) => _stamps[Find(item)] == _stamp;

    /// <summary>The products, in the order they came, with their values.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    /// <param name="value">The value.</param>
    public int At(int index, out T value)
    {
        var at = _filled[index];
        value = _values[at];
        return _keys[at];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(int item)
    {
        var mask = _keys.Length - 1;
        var at = (int)(((uint)item * 2654435769u) >> (32 - BitOperations.Log2((uint)_keys.Length)));
        while (_stamps[at] == _stamp && _keys[at] != item)
        {
            at = (at + 1) & mask;
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

        _keys[at] = item;
        _stamps[at] = _stamp;
        _values[at] = default;
        _filled[Count++] = at;
        return at;
    }

    private void Grow()
    {
        var (keys, values, filled) = (_keys, _values, _filled);
        var size = keys.Length * 2;
        (_keys, _stamps, _values, _filled) = (new int[size], new uint[size], new T[size], new int[size / 2]);
        (var count, Count, _stamp) = (Count, 0, 1);
        for (var i = 0; i < count; i++)
        {
            Slot(keys[filled[i]], out _) = values[filled[i]];
        }
    }
}
