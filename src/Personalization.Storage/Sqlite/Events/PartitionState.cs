namespace Personalization.Storage.Sqlite.Events;

/// <summary>
/// What is known of one partition in memory: how far it goes, its last records and its dedup window. Changed by the
/// writer's thread only; its records are read by anyone.
/// </summary>
internal sealed class PartitionState(int index, DedupWindow dedup)
{
    private readonly Lock _gate = new();
    private readonly List<TailRecord> _memory = [];
    private long _tail;
    private long _trimmedTo;

    public int Index { get; } = index;

    public DedupWindow Dedup { get; } = dedup;

    /// <summary>What the transaction in progress appends. On the writer's thread only.</summary>
    public List<TailRecord> Staged { get; } = [];

    /// <summary>Whether somebody is to hear of what is staged. On the writer's thread only.</summary>
    public bool HasNews { get; set; }

    /// <summary>The last offset that is in a block. On the writer's thread only.</summary>
    public long CompactedTo { get; set; }

    /// <summary>The last durable offset.</summary>
    public long Tail => Volatile.Read(ref _tail);

    /// <summary>The last offset that was trimmed.</summary>
    public long TrimmedTo => Volatile.Read(ref _trimmedTo);

    /// <summary>The offset that the transaction in progress appends next.</summary>
    public long NextOffset => _tail + Staged.Count + 1;

    /// <summary>Where a store that is being opened finds it.</summary>
    public void Restore(long compactedTo, long trimmedTo)
    {
        CompactedTo = compactedTo;
        _trimmedTo = trimmedTo;
        _tail = compactedTo;
    }

    public void MarkTrimmed(long to) => Volatile.Write(ref _trimmedTo, Math.Max(_trimmedTo, to));

    /// <summary>What was staged is durable.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            _memory.AddRange(Staged);
            Volatile.Write(ref _tail, _tail + Staged.Count);
        }

        Staged.Clear();
        HasNews = false;
    }

    /// <summary>What was staged did not happen.</summary>
    public void Unstage()
    {
        Dedup.RemoveLast(Staged.Count);
        Staged.Clear();
        HasNews = false;
    }

    /// <summary>The records that are in no block yet. On the writer's thread only.</summary>
    public ReadOnlySpan<TailRecord> Uncompacted()
    {
        var count = (int)(_tail - CompactedTo);
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_memory)[(_memory.Count - count)..];
    }

    /// <summary>
    /// All records are in blocks. Those that were before last time leave memory: readers that keep up never go to the file.
    /// </summary>
    public void MarkCompacted()
    {
        lock (_gate)
        {
            var firstInMemory = _tail - _memory.Count + 1;
            _memory.RemoveRange(0, (int)Math.Max(0, CompactedTo - firstInMemory + 1));
        }

        CompactedTo = _tail;
    }

    /// <summary>Reads from memory. False when the record after the offset is not there any more.</summary>
    public bool TryRead(long afterOffset, int maxRecords, out TailRecord[] records)
    {
        lock (_gate)
        {
            var firstInMemory = _tail - _memory.Count + 1;
            var start = afterOffset + 1 - firstInMemory;
            if (start < 0)
            {
                records = [];
                return false;
            }

            var count = (int)Math.Clamp(_memory.Count - start, 0, maxRecords);
            records = count == 0 ? [] : _memory.GetRange((int)start, count).ToArray();
            return true;
        }
    }
}
