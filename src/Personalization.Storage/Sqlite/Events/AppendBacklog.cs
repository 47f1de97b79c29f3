using Personalization.Domain.Ingestion;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>How much waits to be appended, how fast it drains, and so when trying again makes sense.</summary>
internal sealed class AppendBacklog(int maxEntries, long maxBytes, TimeProvider time)
{
    // Before anything was measured: a cautious guess.
    private const double InitialRate = 10_000;
    private const double Smoothing = 0.2;

    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private int _entries;
    private long _bytes;
    private double _entriesPerSecond = InitialRate;

    /// <summary>How many entries wait.</summary>
    public int Entries => Volatile.Read(ref _entries);

    /// <summary>Takes room for entries that are about to wait.</summary>
    /// <exception cref="EventLogOverloadedException">There is none. A call that is larger than all the room gets in when nothing else waits.</exception>
    public void Reserve(int entries, long bytes)
    {
        var waiting = Interlocked.Add(ref _entries, entries);
        var waitingBytes = Interlocked.Add(ref _bytes, bytes);
        var isAlone = waiting == entries;
        if ((waiting > maxEntries || waitingBytes > maxBytes) && !isAlone)
        {
            Release(entries, bytes);
            throw new EventLogOverloadedException(RetryAfter(waiting - entries));
        }
    }

    /// <summary>The entries wait no more.</summary>
    public void Release(int entries, long bytes)
    {
        Interlocked.Add(ref _entries, -entries);
        Interlocked.Add(ref _bytes, -bytes);
    }

    /// <summary>A moment to measure from.</summary>
    public long Now() => time.GetTimestamp();

    /// <summary>Learns how long a commit of some entries took. On the writer's thread only.</summary>
    public void Measured(int entries, long startedAt)
    {
        var seconds = time.GetElapsedTime(startedAt).TotalSeconds;
        if (entries > 0 && seconds > 0)
        {
            var rate = Volatile.Read(ref _entriesPerSecond);
            Volatile.Write(ref _entriesPerSecond, rate + (Smoothing * ((entries / seconds) - rate)));
        }
    }

    // When about half of what waits has drained there is room for a while.
    private TimeSpan RetryAfter(int waiting)
    {
        var half = TimeSpan.FromSeconds(waiting / 2.0 / Math.Max(1, Volatile.Read(ref _entriesPerSecond)));
        return half < ShortestRetry ? ShortestRetry : half > LongestRetry ? LongestRetry : half;
    }
}
