using Personalization.Dashboard;

namespace Personalization.Host.Operations;

/// <summary>
/// Latencies of the last ten seconds as a ring of one-second histograms. Buckets grow by 2^(1/8) from a microsecond, so a
/// percentile is right to within 9 %. Recording is one interlocked addition; seconds are recycled as they pass.
/// </summary>
internal sealed class LatencyWindow(TimeProvider time)
{
    private const int Seconds = 10;
    private const int Buckets = 256;
    private const double SmallestMs = 0.001;
    private const double BucketsPerDoubling = 8;
    private readonly Slice[] _slices = [.. Enumerable.Range(0, Seconds + 1).Select(static _ => new Slice())];

    public void Record(double milliseconds, long timestamp)
    {
        var bucket = milliseconds <= SmallestMs ? 0 : (int)(Math.Log2(milliseconds / SmallestMs) * BucketsPerDoubling);
        var second = timestamp / time.TimestampFrequency;
        var slice = _slices[second % _slices.Length];
        slice.MakeCurrent(second);
        Interlocked.Increment(ref slice.Counts[Math.Min(bucket, Buckets - 1)]);
    }

    public LatencySummary Summarize(long timestamp)
    {
        var newest = timestamp / time.TimestampFrequency;
        Span<long> sums = stackalloc long[Buckets];
        long total = 0;
        foreach (var slice in _slices)
        {
            if (slice.Second > newest || slice.Second <= newest - Seconds)
            {
                continue;
            }

            for (var i = 0; i < Buckets; i++)
            {
                sums[i] += slice.Counts[i];
                total += slice.Counts[i];
            }
        }

        return new LatencySummary(total, Percentile(sums, total, 0.50), Percentile(sums, total, 0.99));
    }

    private static double Percentile(ReadOnlySpan<long> sums, long total, double share)
    {
        var rank = (long)Math.Ceiling(total * share);
        long seen = 0;
        for (var i = 0; i < sums.Length; i++)
        {
            seen += sums[i];
            if (seen >= rank && seen > 0)
            {
                return SmallestMs * Math.Pow(2, (i + 1) / BucketsPerDoubling);
            }
        }

        return 0;
    }

    private sealed class Slice
    {
        private readonly Lock _recycling = new();
        private long _second = -1;

        public long[] Counts { get; } = new long[Buckets];

        public long Second => Volatile.Read(ref _second);

        // The first to record in a new second clears what the slice held; a count lost at that very moment is a count
        // in a picture of the last ten seconds, not in anything that is kept.
        public void MakeCurrent(long second)
        {
            if (Second == second)
            {
                return;
            }

            lock (_recycling)
            {
                if (_second != second)
                {
                    Array.Clear(Counts);
                    Volatile.Write(ref _second, second);
                }
            }
        }
    }
}
