using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;
using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Benches;

/// <summary>Holds one kind of call against another: throughput and processor time by turns, then latency of each at half of what it can take.</summary>
internal static class CallComparison
{
    public static async Task RunAsync(
        string bench, Call call, string? floorName, Call? floor, BenchOptions options, Action<Figure> report, string? note = null)
    {
        var throughput = await ThroughputAsync(bench, call, floorName, floor, options, note);
        report(throughput);
        await LatencyAsync(bench, call, throughput.Value / 2, floorName, floor, options, report);
    }

    /// <summary>Throughput and processor time alone.</summary>
    public static async Task<Figure> ThroughputAsync(
        string bench, Call call, string? floorName, Call? floor, BenchOptions options, string? note = null)
    {
        await Loads.ClosedAsync(call, options.Callers, options.Warmup, options.Seed);
        if (floor is not null)
        {
            await Loads.ClosedAsync(floor, options.Callers, options.Warmup, options.Seed);
        }

        var versus = await Versus.RunAsync(round => Closed(call, options, round), round => Closed(floor ?? call, options, round), options.Rounds);
        return new Figure
        {
            Bench = bench,
            Case = "throughput",
            Value = Math.Round(versus.Value.PerSecond, 1),
            Unit = "calls/s",
            Floor = floorName,
            FloorValue = floor is null ? null : Math.Round(versus.Floor.PerSecond, 1),
            Ratio = floor is null ? null : Math.Round(versus.Ratio, 4),
            CpuUsPerCall = Math.Round(versus.Value.CpuMicrosPerCall, 2),
            FloorCpuUsPerCall = floor is null ? null : Math.Round(versus.Floor.CpuMicrosPerCall, 2),
            Failures = versus.Value.Failures,
            Callers = options.Callers,
            Seconds = options.Length.TotalSeconds,
            Note = note,
            PackageMode = Build.PackageMode,
        };
    }

    /// <summary>Both at the same rate: half of what the slower one can take.</summary>
    private static async Task LatencyAsync(
        string bench, Call call, double rate, string? floorName, Call? floor, BenchOptions options, Action<Figure> report)
    {
        var (load, latency) = await Loads.OpenAsync(call, rate, options.Length, options.Seed);
        var floorLatency = floor is null ? null : (await Loads.OpenAsync(floor, rate, options.Length, options.Seed)).Latency;
        foreach (var (name, quantile) in new[] { ("latency_p50", 0.5), ("latency_p99", 0.99) })
        {
            var value = latency.QuantileMs(quantile);
            var floorValue = floorLatency?.QuantileMs(quantile);
            report(new Figure
            {
                Bench = bench,
                Case = name,
                Value = Math.Round(value, 3),
                Unit = "ms",
                Floor = floorName,
                FloorValue = Rounded(floorValue),
                Ratio = Rounded(value / floorValue),
                P50Ms = Rounded(latency.QuantileMs(0.5)),
                P99Ms = Rounded(latency.QuantileMs(0.99)),
                Samples = load.Calls,
                Failures = load.Failures,
                Rate = Math.Round(rate, 1),
                Seconds = options.Length.TotalSeconds,
                PackageMode = Build.PackageMode,
            });
        }
    }

    private static Task<Measurement> Closed(Call call, BenchOptions options, int round) =>
        Loads.ClosedAsync(call, options.Callers, options.Turn, options.Seed + round + 1);

    private static double? Rounded(double? value) => value is { } v && double.IsFinite(v) ? Math.Round(v, 4) : null;
}
