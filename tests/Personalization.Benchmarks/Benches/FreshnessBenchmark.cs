using Personalization.Benchmarks.Engine;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Benches;

/// <summary>How long after its acknowledgement an event shows in the next recommendation: idle, and at half of the ingestion that the engine can take.</summary>
internal sealed class FreshnessBenchmark : IBenchmark
{
    private const int BatchSize = 50;
    private const int Callers = 8;
    private const double MarkMs = 50;

    public string About => "from an event's acknowledgement to its showing in the next recommendation, idle and at half load";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        await using var engine = await BenchEngine.StartAsync();
        var catalogue = await engine.FillAsync(options);
        var clicks = new Clickstream(catalogue, new Zipf(options.Users, "user-"), "fresh");
        Call batch = async rng => await engine.Client.Ingestion.IngestEventsAsync(clicks.Batch(rng, BatchSize));
        await Loads.ClosedAsync(batch, Callers, options.Warmup, options.Seed);
        await engine.SettleAsync();
        await ProbeAsync(engine, catalogue, options.Warmup / 2, options.Seed);

        Report("idle", await ProbeAsync(engine, catalogue, options.Length, options.Seed + 1), null, options, report);

        var most = await SustainedAsync(engine, batch, options);
        var watch = new Collections();
        var load = Loads.OpenAsync(batch, most / 2, options.Length + TimeSpan.FromSeconds(1), options.Seed + 3);
        var loaded = await ProbeAsync(engine, catalogue, options.Length, options.Seed + 2);
        await load;
        Report(watch, report);
        Report("half_load", loaded, most / 2 * BatchSize, options, report);
        engine.ThrowOnErrors();
    }

    /// <summary>Batches a second that the engine not only acknowledges but folds in: the time to settle counts.</summary>
    private static async Task<double> SustainedAsync(BenchEngine engine, Call batch, BenchOptions options)
    {
        var clock = new Deadline(TimeSpan.MaxValue);
        var measured = await Loads.ClosedAsync(batch, Callers, options.Length, options.Seed + 1);
        await engine.SettleAsync();
        return measured.Calls / clock.Elapsed.TotalSeconds;
    }

    private static async Task<LatencyHistogram> ProbeAsync(BenchEngine engine, Catalogue catalogue, TimeSpan length, int seed)
    {
        var record = new RunRecord();
        var probe = new FreshnessProbe(
            engine.Client, FreshnessReads.Recommendation(engine.Client), catalogue, record, TimeProvider.System, Rng.For(seed, "probe"), $"bench-{seed}");
        using var over = new CancellationTokenSource(length);
        await probe.RunAsync(TimeSpan.FromMilliseconds(5), over.Token);
        foreach (var error in record.Errors)
        {
            engine.Record.Error($"{error.Value} × {error.Key}");
        }

        return record.Freshness;
    }

    private static void Report(Collections watch, Action<Figure> report)
    {
        var seen = watch.Stop();
        Add("gc_pause", seen.PausedMs, "ms", "all pauses of the half load together");
        Add("gc_collections", seen.All, "collections", $"{seen.Gen1} of them of generation 1 or 2, {seen.Gen2} of generation 2");
        Add("gc_promoted", seen.PromotedMb, "MB", "what lived through a collection of generation 0 or 1, on average");

        void Add(string part, double value, string unit, string note) => report(new Figure
        {
            Bench = "freshness",
            Case = $"half_load_{part}",
            Value = Math.Round(value, 2),
            Unit = unit,
            Note = note,
            PackageMode = Build.PackageMode,
        });
    }

    private static void Report(string name, LatencyHistogram freshness, double? rate, BenchOptions options, Action<Figure> report)
    {
        foreach (var (part, quantile) in new[] { ("p50", 0.5), ("p99", 0.99) })
        {
            var value = freshness.QuantileMs(quantile);
            var marked = name == "half_load" && part == "p99";
            report(new Figure
            {
                Bench = "freshness",
                Case = $"{name}_{part}",
                Value = Math.Round(value, 3),
                Unit = "ms",
                Floor = marked ? "mark: at most" : null,
                FloorValue = marked ? MarkMs : null,
                Ratio = marked ? Math.Round(value / MarkMs, 4) : null,
                P50Ms = Math.Round(freshness.QuantileMs(0.5), 3),
                P99Ms = Math.Round(freshness.QuantileMs(0.99), 3),
                Samples = freshness.Count,
                Rate = rate is { } r ? Math.Round(r, 1) : null,
                Seconds = options.Length.TotalSeconds,
                Note = rate is null ? "nothing else asks" : "rate is in events/s: half of what was taken and folded in",
                PackageMode = Build.PackageMode,
            });
        }
    }
}
