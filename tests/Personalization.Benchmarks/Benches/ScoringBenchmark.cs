using System.Diagnostics;
using System.Globalization;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;
using Personalization.Benchmarks.Scoring;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring.Batching;

namespace Personalization.Benchmarks.Benches;

/// <summary>
/// The dynamic batcher beside the bare session at the batch that suits it best, on the same inputs and as many threads:
/// throughput when saturated, then what the batcher adds to a batch's own time at parts of that load.
/// </summary>
internal sealed class ScoringBenchmark : IBenchmark
{
    private static readonly int[] Batches = [1, 2, 4, 8, 16, 32, 64];
    private static readonly double[] Shares = [0.1, 0.5, 0.9];

    public string About => "a scoring model through its batcher, beside the bare ONNX Runtime session at its best batch";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        await using var load = new TextLoad(options.Device, options.Seed);
        var next = 0;
        Call batched = async _ => await load.ComputeAsync(Interlocked.Increment(ref next));
        await Loads.ClosedAsync(batched, options.Callers, options.Warmup, options.Seed);

        var best = Best(load, options, report);
        var before = (load.Statistics(), GC.GetTotalAllocatedBytes());
        var versus = await Versus.RunAsync(
            round => Loads.ClosedAsync(batched, options.Callers, options.Turn, options.Seed + round + 1),
            _ => Task.FromResult(Bare(load, best, options.Turn)),
            options.Rounds);
        Saturated(load, versus, before, best, options, report);
        foreach (var share in Shares)
        {
            await LatencyAsync(load, share, versus.Value.PerSecond * share, options, report);
        }

        if (options.Soak > TimeSpan.Zero)
        {
            await SoakAsync(batched, versus.Value.PerSecond, options, report);
        }
    }

    /// <summary>The batch at which the bare session is fastest.</summary>
    private static int Best(IModelLoad load, BenchOptions options, Action<Figure> report)
    {
        var found = Batches.Select(batch => (Batch: batch, Measured: Bare(load, batch, options.Turn / 2))).ToArray();
        var best = found.MaxBy(static each => each.Measured.PerSecond);
        foreach (var (batch, measured) in found)
        {
            report(Of(load, options, $"bare_batch_{batch}", measured.PerSecond, "items/s") with
            {
                CpuUsPerCall = Math.Round(measured.CpuMicrosPerCall, 2),
                Note = $"{load.Version} on {load.Device}; {load.Workers} threads",
            });
        }

        return best.Batch;
    }

    /// <summary>As many threads as the batcher has workers, each with a session's run of its own after the other.</summary>
    private static Measurement Bare(IModelLoad load, int batch, TimeSpan length)
    {
        var sessions = Enumerable.Range(0, load.Workers).Select(_ => load.Bare(batch)).ToArray();
        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var (until, items) = (new Deadline(length), 0L);
        var threads = sessions.Select(session => new Thread(() =>
        {
            while (!until.Over)
            {
                Interlocked.Add(ref items, session.RunNext());
            }
        })).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        process.Refresh();
        var measured = new Measurement(items, 0, until.Elapsed, process.TotalProcessorTime - cpu);
        Array.ForEach(sessions, static session => session.Dispose());
        return measured;
    }

    private static void Saturated(
        IModelLoad load, Versus versus, (BatcherStatistics Statistics, long Allocated) before, int best, BenchOptions options, Action<Figure> report)
    {
        var (after, allocated) = (load.Statistics(), GC.GetTotalAllocatedBytes() - before.Allocated);
        var computed = after.Computed - before.Statistics.Computed;
        var sizes = after.BatchSizes.Zip(before.Statistics.BatchSizes, static (a, b) => a - b).ToArray();
        report(Of(load, options, "throughput", versus.Value.PerSecond, "items/s") with
        {
            Floor = $"bare session, batch {best}",
            FloorValue = Math.Round(versus.Floor.PerSecond, 1),
            Ratio = Math.Round(versus.Ratio, 4),
            CpuUsPerCall = Math.Round(versus.Value.CpuMicrosPerCall, 2),
            FloorCpuUsPerCall = Math.Round(versus.Floor.CpuMicrosPerCall, 2),
            Callers = options.Callers,
            Seconds = options.Length.TotalSeconds,
            Note = "batches by size: " + string.Join(
                ", ", sizes.Select(static (count, size) => (count, size)).Where(static each => each.count > 0)
                    .Select(static each => string.Create(CultureInfo.InvariantCulture, $"{each.size}×{each.count}"))),
        });
        report(Of(load, options, "mean_batch", (double)computed / Math.Max(1, after.Batches - before.Statistics.Batches), "items"));
        report(Of(load, options, "allocated_per_item", (double)allocated / Math.Max(1, computed), "bytes") with { Note = "callers and the bare session's turns included" });
    }

    private static async Task LatencyAsync(IModelLoad load, double share, double rate, BenchOptions options, Action<Figure> report)
    {
        var (added, next) = (new LatencyHistogram(), 0);
        Call call = async _ =>
        {
            var started = Stopwatch.GetTimestamp();
            var compute = await load.ComputeAsync(Interlocked.Increment(ref next));
            var more = Stopwatch.GetElapsedTime(started) - compute;
            added.Record(more > TimeSpan.Zero ? more : TimeSpan.Zero);
        };
        var (measured, total) = await Loads.OpenAsync(call, rate, options.Length, options.Seed);
        foreach (var (name, quantile) in new[] { ("p50", 0.5), ("p99", 0.99) })
        {
            report(Of(load, options, string.Create(CultureInfo.InvariantCulture, $"added_{name}_at_{share:P0}").Replace(" ", "", StringComparison.Ordinal), added.QuantileMs(quantile), "ms") with
            {
                P50Ms = Math.Round(total.QuantileMs(0.5), 3),
                P99Ms = Math.Round(total.QuantileMs(0.99), 3),
                Samples = measured.Calls,
                Rate = Math.Round(rate, 1),
                Note = "what waiting adds to a batch's own time; p50_ms and p99_ms are of the whole",
            });
        }
    }

    private static async Task SoakAsync(Call call, double most, BenchOptions options, Action<Figure> report)
    {
        await Loads.OpenAsync(call, most * 0.8, TimeSpan.FromSeconds(30), options.Seed);
        var before = Resident();
        await Loads.OpenAsync(call, most * 0.8, options.Soak, options.Seed + 1);
        var after = Resident();
        report(new Figure
        {
            Bench = "scoring",
            Case = "soak_resident",
            Value = Math.Round(after, 1),
            Unit = "MiB",
            Floor = "after the first half minute",
            FloorValue = Math.Round(before, 1),
            Ratio = Math.Round(after / before, 4),
            Seconds = options.Soak.TotalSeconds,
            PackageMode = Build.PackageMode,
        });

        static double Resident()
        {
            GC.Collect();
            var process = Process.GetCurrentProcess();
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    private static Figure Of(IModelLoad load, BenchOptions options, string name, double value, string unit) => new()
    {
        Bench = "scoring",
        Case = $"{options.Model} {name}",
        Value = Math.Round(value, 3),
        Unit = unit,
        Note = load.Version,
        PackageMode = Build.PackageMode,
    };
}
