namespace Personalization.Storage.Sqlite.Events;

/// <summary>
/// The last events of one partition by the digest of their user and id: a ring in order of append, with a hash index over
/// it. Grows as it fills, up to its capacity. On the writer's thread only.
/// </summary>
/// <param name="capacity">How many events at most.</param>
/// <param name="maxAgeSeconds">For how long at most.</param>
internal sealed class DedupWindow(int capacity, uint maxAgeSeconds)
{
    private const int None = -1;

    private Entry[] _ring = [];
    private int[] _buckets = [];
    private int _first;
    private int _count;

    /// <summary>How many events it knows.</summary>
    public int Count => _count;

    /// <summary>Finds an event.</summary>
    public bool TryFind(UInt128 digest, uint nowSeconds, out UInt128 fingerprint, out long offset)
    {
        if (_count > 0)
        {
            for (var slot = _buckets[BucketOf(digest)]; slot != None; slot = _ring[slot].Next)
            {
                ref var entry = ref _ring[slot];
                if (entry.Digest == digest && !IsTooOld(entry, nowSeconds))
                {
                    (fingerprint, offset) = (entry.Fingerprint, entry.Offset);
                    return true;
                }
            }
        }

        (fingerprint, offset) = (default, 0);
        return false;
    }

    /// <summary>Takes in an event that was appended; lets go of those that are too many or too old.</summary>
    public void Add(UInt128 digest, UInt128 fingerprint, long offset, uint nowSeconds)
    {
        if (capacity == 0)
        {
            return;
        }

        while (_count > 0 && (_count == capacity || IsTooOld(_ring[_first], nowSeconds)))
        {
            RemoveFirst();
        }

        if (_count == _ring.Length)
        {
            Grow();
        }

        var slot = (_first + _count) & (_ring.Length - 1);
        _ring[slot] = new Entry { Digest = digest, Fingerprint = fingerprint, Offset = offset, Seconds = nowSeconds };
        _count++;
        Link(slot);
    }

    /// <summary>Takes back the last events: their append did not happen. What made room for them does not come back.</summary>
    public void RemoveLast(int count)
    {
        for (; count > 0 && _count > 0; count--)
        {
            _count--;
            Unlink((_first + _count) & (_ring.Length - 1));
        }
    }

    private bool IsTooOld(in Entry entry, uint nowSeconds) => nowSeconds > entry.Seconds && nowSeconds - entry.Seconds > maxAgeSeconds;

    private int BucketOf(UInt128 digest) => (int)((ulong)digest & (ulong)(_buckets.Length - 1));

    private void RemoveFirst()
    {
        Unlink(_first);
        _first = (_first + 1) & (_ring.Length - 1);
        _count--;
    }

    private void Link(int slot)
    {
        ref var bucket = ref _buckets[BucketOf(_ring[slot].Digest)];
        _ring[slot].Next = bucket;
        bucket = slot;
    }

    private void Unlink(int slot)
    {
        ref var link = ref _buckets[BucketOf(_ring[slot].Digest)];
        while (link != slot)
        {
            link = ref _ring[link].Next;
        }

        link = _ring[slot].Next;
    }

    private void Grow()
    {
        var ring = new Entry[Math.Max(64, _ring.Length * 2)];
        for (var i = 0; i < _count; i++)
        {
            ring[i] = _ring[(_first + i) & (_ring.Length - 1)];
        }

        _ring = ring;
        _first = 0;
        _buckets = new int[ring.Length];
        Array.Fill(_buckets, None);
        for (var slot = 0; slot < _count; slot++)
        {
            Link(slot);
        }
    }

    private struct Entry
    {
        public UInt128 Digest;
        public UInt128 Fingerprint;
        public long Offset;
        public uint Seconds;
        public int Next;
    }
}
