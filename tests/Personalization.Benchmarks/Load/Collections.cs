namespace Personalization.Benchmarks.Load;

/// <summary>
/// Watches what the garbage collector does while something runs: how often everything stands still, for how long, and how much
/// of the heap lives through it, by which pauses go and which other programs on the machine do not change.
/// </summary>
internal sealed class Collections
{
    private readonly double _pausedMs = GC.GetTotalPauseDuration().TotalMilliseconds;
    private readonly (int All, int Gen1, int Gen2) _counts = (GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
    private long _seen;
    private long _promoted;
    private long _lastIndex = GC.GetGCMemoryInfo(GCKind.Any).Index;
    private volatile bool _over;

    public Collections() => _ = new Sentinel(this);

    /// <summary>Ends watching.</summary>
    /// <returns>Milliseconds of pauses, how many collections, how many of which generation, and megabytes that lived through one on average.</returns>
    public (double PausedMs, int All, int Gen1, int Gen2, double PromotedMb) Stop()
    {
        _over = true;
        var seen = Interlocked.Read(ref _seen);
        return (
            GC.GetTotalPauseDuration().TotalMilliseconds - _pausedMs,
            GC.CollectionCount(0) - _counts.All, GC.CollectionCount(1) - _counts.Gen1, GC.CollectionCount(2) - _counts.Gen2,
            seen == 0 ? 0 : Interlocked.Read(ref _promoted) / 1e6 / seen);
    }

    private void Note()
    {
        // A collection of the whole heap goes on beside everything else and says nothing of pauses.
        var info = GC.GetGCMemoryInfo(GCKind.Ephemeral);
        if (info.Index != _lastIndex)
        {
            _lastIndex = info.Index;
            Interlocked.Increment(ref _seen);
            Interlocked.Add(ref _promoted, info.PromotedBytes);
        }
    }

    /// <summary>Dies at every collection, says so, and leaves a successor.</summary>
    private sealed class Sentinel(Collections watch)
    {
        ~Sentinel()
        {
            if (!watch._over)
            {
                watch.Note();
                _ = new Sentinel(watch);
            }
        }
    }
}
