using System.Diagnostics;
using System.Numerics;

namespace Personalization.LoadTest.Measuring;

/// <summary>
/// Counts durations in buckets whose width grows with the value: within 1.6 % of the truth from one microsecond to an hour,
/// in a fixed 8 KiB, by any number of threads, without allocation.
/// </summary>
/// <remarks>The layout is that of HdrHistogram (Tene): powers of two, each cut into equal parts.</remarks>
internal sealed class LatencyHistogram
{
    private const int PartBits = 5;
    private const int Parts = 1 << PartBits;
    private const int Buckets = (33 - PartBits) * Parts;
    private readonly long[] _counts = new long[Buckets];

    /// <summary>How many durations were recorded.</summary>
    public long Count
    {
        get
        {
            long total = 0;
            foreach (ref var count in _counts.AsSpan())
            {
                total += Volatile.Read(ref count);
            }

            return total;
        }
    }

    /// <summary>Records the time since a <see cref="Stopwatch"/> timestamp.</summary>
    public void RecordSince(long timestamp) => Record(Stopwatch.GetElapsedTime(timestamp));

    /// <summary>Records a duration.</summary>
    public void Record(TimeSpan duration) => Interlocked.Increment(ref _counts[BucketOf(duration.Ticks / TimeSpan.TicksPerMicrosecond)]);

    /// <summary>The duration in milliseconds below which this share of what was recorded lies; NaN when nothing was.</summary>
    /// <param name="quantile">In [0, 1].</param>
    public double QuantileMs(double quantile) => QuantileMs(_counts, quantile);

    /// <summary>The same over what was recorded since <paramref name="before"/> was taken.</summary>
    public double QuantileMs(double quantile, long[] before)
    {
        var since = Snapshot();
        for (var i = 0; i < since.Length; i++)
        {
            since[i] -= before[i];
        }

        return QuantileMs(since, quantile);
    }

    /// <summary>The counts as they are now.</summary>
    public long[] Snapshot() => (long[])_counts.Clone();

    private static double QuantileMs(long[] counts, double quantile)
    {
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return double.NaN;
        }

        var target = Math.Max(1, (long)Math.Ceiling(quantile * total));
        long seen = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= target)
            {
                return MiddleOf(i) / 1000;
            }
        }

        return MiddleOf(counts.Length - 1) / 1000;
    }

    private static int BucketOf(long microseconds)
    {
        var value = (ulong)Math.Clamp(microseconds, 0, uint.MaxValue);
        if (value < Parts)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2(value) - PartBits;
        return ((shift + 1) * Parts) + (int)((value >> shift) - Parts);
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < Parts)
        {
            return bucket;
        }

        var shift = (bucket / Parts) - 1;
        var low = (double)((ulong)(Parts + (bucket % Parts)) << shift);
        return low + ((1UL << shift) - 1) / 2.0;
    }
}
