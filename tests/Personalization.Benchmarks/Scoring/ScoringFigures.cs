using Personalization.Benchmarks.Benches;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;
using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Scoring;

/// <summary>The figures of one model's batcher.</summary>
internal sealed class ScoringFigures(IModelLoad load, BenchOptions options)
{
    /// <summary>The bare session at one batch.</summary>
    public Figure Bare(int batch, Measurement measured) => Of($"bare_batch_{batch}", measured.PerSecond, "items/s") with
    {
        CpuUsPerCall = Math.Round(measured.CpuMicrosPerCall, 2),
        Note = $"{load.Version} on {load.Device}; {load.Workers} threads",
    };

    /// <summary>The batcher beside the bare session, what batches it made, and what that allocated.</summary>
    public IEnumerable<Figure> Throughput(string name, Versus versus, Work work, int batch, int callers)
    {
        yield return Of($"throughput_{name}", versus.Value.PerSecond, "items/s") with
        {
            Floor = $"bare session, batch {batch}",
            FloorValue = Math.Round(versus.Floor.PerSecond, 1),
            Ratio = Math.Round(versus.Ratio, 4),
            CpuUsPerCall = Math.Round(versus.Value.CpuMicrosPerCall, 2),
            FloorCpuUsPerCall = Math.Round(versus.Floor.CpuMicrosPerCall, 2),
            Failures = versus.Value.Failures,
            Callers = callers,
            Seconds = options.Length.TotalSeconds,
            Note = work.ToString(),
        };
        yield return Of($"mean_batch_{name}", work.MeanBatch, "items");
        yield return Of($"allocated_per_item_{name}", work.AllocatedPerItem, "bytes") with { Note = "callers included" };
    }

    /// <summary>How busy a CUDA device was; none where nobody watched one.</summary>
    public IEnumerable<Figure> Busy(string name, IReadOnlyCollection<double> shares)
    {
        if (shares.Count > 0)
        {
            yield return Of($"gpu_busy_{name}", shares.Average(), "share") with { Note = "by nvidia-smi, while the batcher computed" };
        }
    }

    /// <summary>What waiting adds at a rate.</summary>
    public Figure Added(string name, double milliseconds, LatencyHistogram whole, Measurement measured, Work work, double rate) => Of(name, milliseconds, "ms") with
    {
        P50Ms = Math.Round(whole.QuantileMs(0.5), 3),
        P99Ms = Math.Round(whole.QuantileMs(0.99), 3),
        Samples = measured.Calls,
        Failures = measured.Failures,
        Rate = Math.Round(rate, 1),
        Note = $"what waiting adds to a batch's own time; p50_ms and p99_ms are of the whole; {work}",
    };

    private Figure Of(string name, double value, string unit) => new()
    {
        Bench = "scoring",
        Case = $"{options.Model} {name}",
        Value = Math.Round(value, 3),
        Unit = unit,
        Note = load.Version,
        PackageMode = Build.PackageMode,
    };
}
