using System.Diagnostics;
using Personalization.Benchmarks.Engine;
using Personalization.Benchmarks.Floors;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Recommending;
using Personalization.Benchmarks.Reporting;
using Personalization.Client;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Grains.Snapshots;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.Benchmarks.Benches;

/// <summary>
/// A slate of ten for users with and without a past, held against a gRPC call that asks a trivial grain, for every size of the
/// catalogue and every number of users that is asked for; and what products take in memory, shoppers in the store, and how those come back.
/// </summary>
internal sealed class RecommendBenchmark : IBenchmark
{
    private const int PastEvents = 100_000;

    /// <summary>What a slate may cost, in processor time of the floor, at <see cref="MarkedProducts"/> products.</summary>
    private const double CpuMark = 2;

    private const int MarkedProducts = 10_000;

    public string About =>
        "a slate of ten beside gRPC and a trivial grain, what products take in memory and shoppers in the store, and how those come back; --products and --users take several values";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        foreach (var products in options.ProductSizes)
        {
            foreach (var users in options.UserSizes)
            {
                var sized = options with { Products = products, Users = users };
                await MeasureAsync(sized, figure => report(figure with { Products = products, Users = users }));
            }
        }
    }

    private static async Task MeasureAsync(BenchOptions options, Action<Figure> report)
    {
        var users = new Zipf(options.Users, "user-");
        await using var engine = await BenchEngine.StartAsync();
        var catalogue = await LoadAsync(engine, options, report);
        var past = Math.Min(PastEvents, options.Users * 5);
        await LiveAsync(engine, new Clickstream(catalogue, users, "past"), past, options.Seed);
        var costs = SlateCost.Measure([engine.Snapshots, WithAShadow(engine.Snapshots)], catalogue, options.Seed, DateTimeOffset.UtcNow);
        var (cost, shadowed) = (costs[0], costs[1]);
        report(Figure("decision_alone", Math.Round(cost.Micros, 1), "us/slate", FormattableString.Invariant($"one thread, no grain and no call; fastest twentieth {cost.Fastest:0.0}")) with
        {
            Candidates = Math.Round(cost.Candidates, 1),
            BytesPerCall = Math.Round(cost.Bytes),
        });
        TellShadow(cost, shadowed, report);
        await using (var grain = await EchoCall.GrainAsync(users))
        {
            await CompareAsync(engine, grain, users, options, report, $"{past} events before");
        }

        await ReturnAsync(engine, catalogue, options, report);
    }

    /// <summary>The policy with itself in its shadow, as a model of its own: what a shadow that knows as much takes.</summary>
    private static SnapshotSet WithAShadow(SnapshotSet snapshots) => snapshots with
    {
        Modes = new ModesSnapshot { Shadow = new ShadowSnapshot { Number = 1, Name = "shadow@1", Policy = snapshots.Policy } },
    };

    private static void TellShadow(SlateCost alone, SlateCost shadowed, Action<Figure> report) => report(Figure(
        "decision_shadowed", Math.Round(shadowed.Fastest, 1), "us/slate", "fastest twentieths, with a policy of its own model in the shadow and without") with
    {
        Floor = "decision_alone",
        FloorValue = Math.Round(alone.Fastest, 1),
        Ratio = Math.Round(shadowed.Fastest / alone.Fastest, 3),
        BytesPerCall = Math.Round(shadowed.Bytes),
    });

    /// <summary>Loads the catalogue, and says how long it took until it was known where slates are made, and what it takes.</summary>
    private static async Task<Catalogue> LoadAsync(BenchEngine engine, BenchOptions options, Action<Figure> report)
    {
        var catalogue = CatalogueGenerator.Make(options.Seed, options.Products);
        var (before, started) = (LiveHeap.Now(), Stopwatch.GetTimestamp());
        await engine.FillAsync(catalogue);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        report(Figure("catalogue_load", Math.Round(seconds, 2), "s", FormattableString.Invariant($"{options.Products / seconds:0} products/s, over gRPC")));
        report(Figure(
            "catalogue_memory", Math.Round((LiveHeap.Now() - before) / (double)options.Products), "B/product", "owner and snapshot together"));
        return catalogue;
    }

    private static async Task CompareAsync(
        BenchEngine engine, EchoCall grain, Zipf users, BenchOptions options, Action<Figure> report, string note)
    {
        using var slates = new SlateCalls(engine.Address);
        var (slate, record) = await RecordedAsync(engine, () => slates.For(users.All[0], anew: false), users.All[0]);
        await using (var replies = await FloorServer.StartSlateAsync(slate))
        {
            await TellReplyAsync(
                replies, "reply_alone", "one slate of the engine as the answer to every call: nothing is looked for, drawn or kept", slate.CalculateSize());
        }

        await CallComparison.RunAsync("recommend", slates.Usual(users), "grain", grain.Call, options, report, note);
        await CallComparison.RunAsync("recommend", slates.Anew(users), "grain", grain.Call, options, figure =>
        {
            report(figure with { Case = "anew_" + figure.Case });
            if (figure is { Case: "throughput", CpuUsPerCall: { } cpu, FloorCpuUsPerCall: { } floor })
            {
                report(Figure("cpu", cpu, "us/call", "client and server; candidates looked for in every call") with
                {
                    Floor = "grain",
                    FloorValue = floor,
                    Ratio = Math.Round(cpu / floor, 3),
                    Mark = options.Products == MarkedProducts ? CpuMark : null,
                });
            }
        }, "candidates looked for in every call");
        var floor = await CallerProcess.MeasureAsync(CallKind.Grain, grain.Address, options);
        Tell("server", await CallerProcess.MeasureAsync(CallKind.Slate, engine.Address, options));
        Tell("server_anew", await CallerProcess.MeasureAsync(CallKind.SlateAnew, engine.Address, options));

        // Last, so that what it leaves in memory is in nobody's way.
        await using (var replies = await FloorServer.StartRecordedSlateAsync(slate, record, grain.Grains, users.All))
        {
            await TellReplyAsync(
                replies, "reply_recorded", "the same after a trivial grain was asked, with as much appended to a log as the engine remembers of a slate", record.Length);
        }

        async Task TellReplyAsync(FloorServer server, string name, string note, int bytes)
        {
            using var replies = new SlateCalls(server.Address);
            var reached = await CallComparison.ThroughputAsync("recommend", replies.Usual(users), "grain", grain.Call, options, note);
            report(reached with { Case = name, BytesPerCall = bytes });
        }

        void Tell(string name, ServerCost cost)
        {
            report(Beside(name + "_bytes", Math.Round(cost.Bytes), Math.Round(floor.Bytes), "B/call", cost));
            report(Beside(name + "_cpu", Math.Round(cost.CpuMicros, 2), Math.Round(floor.CpuMicros, 2), "us/call", cost));
        }
    }

    /// <summary>A slate, and what the engine's log holds of it. Nothing else is appended meanwhile.</summary>
    private static async Task<(RecommendResponse Slate, ReadOnlyMemory<byte> Record)> RecordedAsync(
        BenchEngine engine, Func<Task<RecommendResponse>> ask, string user)
    {
        var partition = Partitions.Of(UserKey.Known(user), engine.Log.PartitionCount);
        var before = engine.Log.Tail(partition);
        var slate = await ask();
        for (var patience = new Deadline(TimeSpan.FromMinutes(1)); engine.Log.Tail(partition) == before; await Task.Delay(1))
        {
            if (patience.Over)
            {
                throw new BenchFailedException("The engine has appended nothing for a slate.");
            }
        }

        return (slate, (await engine.Log.ReadAsync(partition, before, 1, default))[0].Body);
    }

    private static Figure Beside(string name, double value, double floor, string unit, ServerCost cost) =>
        Figure(name, value, unit, "the server's process alone: callers are in another") with
        {
            Floor = "grain",
            FloorValue = floor,
            Ratio = Math.Round(value / floor, 3),
            Samples = cost.Calls,
        };

    /// <summary>What a population of shoppers takes in the store, and how they come back to memory.</summary>
    private static async Task ReturnAsync(BenchEngine engine, Catalogue catalogue, BenchOptions options, Action<Figure> report)
    {
        if (options.Residents == 0)
        {
            return;
        }

        var population = new Population(engine, catalogue, options);
        await engine.PersistAsync();
        var before = engine.StoredBytes();
        await population.LiveAsync();
        var disk = (engine.StoredBytes() - before) / (double)options.Residents;
        var past = $"{options.Residents} shoppers with {options.History} events each";
        report(Figure("stored_state", Math.Round(population.StateBytes(), 1), "B/user", $"a shopper's state in the store, sealed; {past}"));
        report(Figure("stored", Math.Round(disk, 1), "B/user", $"growth of the data folder, log and its spare room included; {past}"));
        using var slates = new SlateCalls(engine.Address);
        var returns = await population.ReturnAsync(slates);
        engine.ThrowOnErrors();
        report(Figure("activation", Math.Round(returns.PerSecond, 1), "calls/s", $"first slates of shoppers who were away, 8 callers; {past}") with
        {
            P50Ms = Math.Round(returns.Latency.QuantileMs(0.5), 3),
            P99Ms = Math.Round(returns.Latency.QuantileMs(0.99), 3),
            Samples = returns.Latency.Count,
        });
        report(Figure("most_live", Math.Round(returns.MostLive / 1e6, 1), "MB", $"in use while all came back, at most {Population.Wave} of them active"));
    }

    private static Figure Figure(string name, double value, string unit, string note) => new()
    {
        Bench = "recommend",
        Case = name,
        Value = value,
        Unit = unit,
        Note = note,
        PackageMode = Build.PackageMode,
    };

    /// <summary>Gives the users a past.</summary>
    private static async Task LiveAsync(BenchEngine engine, Clickstream clicks, int events, int seed)
    {
        var rng = Rng.For(seed, "past");
        var options = new EventWriterOptions { MaxBatch = 500, Failed = (_, failure) => engine.Record.Failed("StreamEvents", failure) };
        await using (var writer = engine.Client.OpenEventWriter(options))
        {
            for (var i = 0; i < events; i++)
            {
                await writer.PostAsync(clicks.Next(rng));
            }
        }

        await engine.SettleAsync();
    }
}
