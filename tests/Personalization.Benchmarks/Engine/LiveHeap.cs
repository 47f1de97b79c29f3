using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Engine;

/// <summary>What lives on this process's heap.</summary>
internal static class LiveHeap
{
    private const int MostLooks = 40;
    private const double Still = 500_000;

    /// <summary>Bytes of all objects that are in use, as the last of some collections of everything has counted them.</summary>
    public static long Now()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var counted = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return counted.HeapSizeBytes - counted.FragmentedBytes;
    }

    /// <summary>
    /// What is left once all that can go has gone: what a start leaves behind goes by and by. Without large objects: those are
    /// buffers and tables of the process, which come and go by tens of megabytes.
    /// </summary>
    public static async Task<double> AtRestAsync()
    {
        double last = 0;
        for (var i = 0; i < MostLooks; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            var generations = GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo[..(GC.MaxGeneration + 1)];
            double now = 0;
            foreach (ref readonly var generation in generations)
            {
                now += generation.SizeAfterBytes - generation.FragmentationAfterBytes;
            }

            if (i > 0 && Math.Abs(now - last) < Still)
            {
                return now;
            }

            last = now;
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        throw new BenchFailedException("The heap does not come to rest.");
    }
}
