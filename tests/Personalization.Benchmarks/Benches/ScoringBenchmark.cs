using System.Diagnostics;
using System.Globalization;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;
using Personalization.Benchmarks.Scoring;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring.Onnx;

namespace Personalization.Benchmarks.Benches;

/// <summary>
/// The dynamic batcher beside the bare session at the batch that suits it best, on the same inputs and as many threads:
/// throughput when saturated and with fewer callers, then what the batcher adds to a batch's own time at parts of that load.
/// Or, for a long while, whether memory grows.
/// </summary>
internal sealed class ScoringBenchmark : IBenchmark
{
    private static readonly int[] Batches = [1, 2, 4, 8, 16, 32, 64, 128];
    private static readonly int[] DeviceBatches = [.. Batches, 256, 512, 1024, 2048];
    private static readonly double[] Shares = [0.1, 0.5, 0.9];

    public string About => "a scoring model (--model) through its batcher, beside the bare ONNX Runtime session at its best batch; with --soak whether memory grows";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        await using var load = Load(options);
        var figures = new ScoringFigures(load, options);
        await new SaturatedLoad(load, load.SaturatingCallers).RunAsync(options.Warmup);
        if (options.Soak is { } length)
        {
            await new Soak(load, length, options).RunAsync(report);
            return;
        }

        var best = Best(load, options, figures, report);
        var most = await ThroughputAsync("saturated", load.SaturatingCallers, best);
        if (options.Callers < load.SaturatingCallers)
        {
            await ThroughputAsync("fewer_callers", options.Callers, best);
        }

        foreach (var share in Shares)
        {
            await LatencyAsync(load, share, share * Math.Min(most, ScheduledLoad.MostPerSecond), options, figures, report);
        }

        async Task<double> ThroughputAsync(string name, int callers, int batch)
        {
            var (work, saturated, busy) = (new Work(load), new SaturatedLoad(load, callers), new List<double>());
            var versus = await Versus.RunAsync(
                _ => WatchedAsync(load, busy, () => work.CountAsync(() => saturated.RunAsync(options.Turn))),
                _ => Task.FromResult(Bare(load, batch, options.Turn)),
                options.Rounds);
            foreach (var figure in figures.Throughput(name, versus, work, batch, callers).Concat(figures.Busy(name, busy)))
            {
                report(figure);
            }

            return versus.Value.PerSecond;
        }
    }

    // On a CUDA device, how busy it is meanwhile; the bare session's turns are not watched.
    private static async Task<Measurement> WatchedAsync(IModelLoad load, List<double> busy, Func<Task<Measurement>> measure)
    {
        await using var watch = load.Device == OnnxSessions.Cuda ? GpuBusy.TryStart() : null;
        var measured = await measure();
        if (watch?.Share is { } share)
        {
            busy.Add(share);
        }

        return measured;
    }

    private static IModelLoad Load(BenchOptions options) => options.Model switch
    {
        "face" => FaceLoad.Load(options.Device, options.Seed),
        "voice" => VoiceLoad.Load(options.Device, options.Seed),
        "behaviour" => BehaviourLoad.Load(options.Seed),
        _ => TextLoad.Load(options.Device, options.Seed),
    };

    /// <summary>
    /// The batch at which the bare session is fastest: every size gets each turn, and of its turns the best counts, so that
    /// what else the machine did in one of them does not choose a slower floor.
    /// </summary>
    private static int Best(IModelLoad load, BenchOptions options, ScoringFigures figures, Action<Figure> report)
    {
        var turns = Enumerable.Range(0, options.Rounds).SelectMany(_ => load.Device == OnnxSessions.Cuda ? DeviceBatches : Batches)
            .Select(batch => (Batch: batch, Measured: Bare(load, batch, options.Turn / options.Rounds))).ToArray();
        var found = turns.GroupBy(static turn => turn.Batch)
            .Select(static turns => turns.MaxBy(static turn => turn.Measured.PerSecond)).ToArray();
        foreach (var (batch, measured) in found)
        {
            report(figures.Bare(batch, measured));
        }

        return found.MaxBy(static each => each.Measured.PerSecond).Batch;
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

    private static async Task LatencyAsync(
        IModelLoad load, double share, double rate, BenchOptions options, ScoringFigures figures, Action<Figure> report)
    {
        var (added, next) = (new LatencyHistogram(), 0);
        Call call = async _ =>
        {
            var started = Stopwatch.GetTimestamp();
            var compute = await load.ComputeAsync(Interlocked.Increment(ref next));
            var more = Stopwatch.GetElapsedTime(started) - compute;
            added.Record(more > TimeSpan.Zero ? more : TimeSpan.Zero);
        };
        var work = new Work(load);
        LatencyHistogram? whole = null;
        var measured = await work.CountAsync(async () =>
        {
            (var all, whole) = await Loads.OpenAsync(call, rate, options.Length, options.Seed);
            return all;
        });
        foreach (var (name, quantile) in new[] { ("p50", 0.5), ("p99", 0.99) })
        {
            var title = string.Create(CultureInfo.InvariantCulture, $"added_{name}_at_{100 * share:0}%");
            report(figures.Added(title, added.QuantileMs(quantile), whole!, measured, work, rate));
        }
    }
}
