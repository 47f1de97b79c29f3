using Personalization.Benchmarks.Engine;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;
using Personalization.Client;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.Benchmarks.Benches;

/// <summary>
/// Durably acknowledged clickstream events a second, by batches and by streams, held against appending the same bytes of the same
/// users to a log of the same kind without a door, without anybody reading it.
/// </summary>
internal sealed class IngestBenchmark : IBenchmark
{
    private const int BatchSize = 100;
    private const int Callers = 16;
    private const int Streams = 4;

    public string About => "durably acknowledged clickstream events, beside the raw append of the same bytes";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        var users = new Zipf(options.Users, "user-");
        await using var engine = await BenchEngine.StartAsync();
        var clicks = new Clickstream(await engine.FillAsync(options), users, "ingest");
        Call batch = async rng => await engine.Client.Ingestion.IngestEventsAsync(clicks.Batch(rng, BatchSize));
        await Loads.ClosedAsync(batch, Callers, options.Warmup, options.Seed);
        await using var raw = await RawLog.OpenAsync(engine.Log, users, BatchSize);
        await Loads.ClosedAsync(raw.Append, Callers, options.Warmup, options.Seed);

        await CompareAsync("batches", round => Closed(batch, options, round), engine, raw, options, report);
        await CompareAsync("streams", round => StreamAsync(engine, clicks, options, round), engine, raw, options, report);
        engine.ThrowOnErrors();
    }

    private static async Task CompareAsync(
        string way, Func<int, Task<Measurement>> ingest, BenchEngine engine, RawLog raw, BenchOptions options, Action<Figure> report)
    {
        var versus = await Versus.RunAsync(
            async round =>
            {
                var measured = await ingest(round);
                // What was taken is folded in before the floor's turn, so that the floor is measured alone.
                await engine.SettleAsync();
                return measured;
            },
            round => Closed(raw.Append, options, round),
            options.Rounds);
        report(new Figure
        {
            Bench = "ingest",
            Case = way,
            Value = Math.Round(versus.Value.PerSecond * BatchSize, 1),
            Unit = "events/s",
            Floor = "raw append",
            FloorValue = Math.Round(versus.Floor.PerSecond * BatchSize, 1),
            Ratio = Math.Round(versus.Ratio, 4),
            CpuUsPerCall = Math.Round(versus.Value.CpuMicrosPerCall / BatchSize, 2),
            FloorCpuUsPerCall = Math.Round(versus.Floor.CpuMicrosPerCall / BatchSize, 2),
            Failures = versus.Value.Failures,
            Callers = way == "streams" ? Streams : Callers,
            Seconds = options.Length.TotalSeconds,
            Note = $"processor time is per event; {BatchSize} events a batch, bodies of {raw.MeanBytes:F0} bytes",
            PackageMode = Build.PackageMode,
        });
    }

    private static Task<Measurement> Closed(Call call, BenchOptions options, int round) =>
        Loads.ClosedAsync(call, Callers, options.Turn, options.Seed + round + 1);

    /// <summary>Some streams, each kept full; counted in batches, to be beside the others.</summary>
    private static async Task<Measurement> StreamAsync(BenchEngine engine, Clickstream clicks, BenchOptions options, int round)
    {
        long acknowledged = 0;
        var writers = Enumerable.Range(0, Streams).Select(_ => engine.Client.OpenEventWriter(new EventWriterOptions
        {
            MaxBatch = BatchSize,
            BufferCapacity = 4 * BatchSize,
            Answered = (_, ack) => Interlocked.Add(ref acknowledged, ack.IsDurable ? 1 : 0),
            Failed = (_, failure) => engine.Record.Failed("StreamEvents", failure),
        })).ToArray();
        var next = -1;
        var measured = await Loads.ClosedAsync(
            async rng =>
            {
                var writer = writers[(uint)Interlocked.Increment(ref next) % Streams];
                for (var i = 0; i < BatchSize; i++)
                {
                    await writer.PostAsync(clicks.Next(rng));
                }
            },
            Streams,
            options.Turn,
            options.Seed + round + 1);
        var inTime = Volatile.Read(ref acknowledged);
        foreach (var writer in writers)
        {
            await writer.DisposeAsync();
        }

        return measured with { Calls = inTime / BatchSize };
    }
}
