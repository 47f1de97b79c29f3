using Orleans.Storage;
using Personalization.Benchmarks.Engine;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;
using Personalization.Client;
using Personalization.Grains;
using Personalization.Grains.Profiles;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.Benchmarks.Benches;

/// <summary>
/// What a shopper takes who is in memory: the live heap of an engine with so many of them, less that of the same engine without,
/// and how many objects their state is made of.
/// </summary>
internal sealed class ShopperBenchmark : IBenchmark
{
    private const int MostShoppers = 10_000;
    private const int EventsEach = 10;
    private const int Others = 300;
    private const int Sampled = 100;
    private const int AtOnce = 32;
    private const int MostLooks = 40;
    private const double Still = 500_000;
    private const double MarkBytes = 4096;

    public string About => "heap and objects of a shopper in memory, after ten events, and after a slate besides";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        var shoppers = Enumerable.Range(0, Math.Min(options.Users, MostShoppers)).Select(i => $"shopper-{i:D6}").ToArray();
        await using var engine = await BenchEngine.StartAsync();
        var catalogue = await engine.FillAsync(options);
        await LiveAsync(engine, catalogue, shoppers, options.Seed);

        // A new process knows none of them; what everybody shares is there once some others have come.
        await engine.RestartAsync();
        await ForEachAsync(Others, i => SlateAsync(engine, $"other-{i}"));
        await engine.SettleAsync();
        var none = await LiveHeapAsync();

        await ForEachAsync(shoppers.Length, i => ProfileAsync(engine, shoppers[i]));
        var known = await LiveHeapAsync();
        await ReportStateAsync("state", engine, shoppers, options, report);
        Report("resident", (known - none) / shoppers.Length, "read from the store, nothing asked but the profile", shoppers.Length, report);

        await ForEachAsync(shoppers.Length, i => SlateAsync(engine, shoppers[i]));
        await engine.SettleAsync();
        Report("resident_after_slate", (await LiveHeapAsync() - none) / shoppers.Length, "with a slate of ten that waits for its outcomes", shoppers.Length, report);
        engine.ThrowOnErrors();
    }

    private static async Task LiveAsync(BenchEngine engine, Catalogue catalogue, string[] shoppers, int seed)
    {
        var clicks = new Clickstream(catalogue, new Zipf(1, "nobody-"), "lived");
        var rng = Rng.For(seed, "lived");
        var options = new EventWriterOptions { MaxBatch = 500, Failed = (_, failure) => engine.Record.Failed("StreamEvents", failure) };
        await using (var writer = engine.Client.OpenEventWriter(options))
        {
            for (var n = 0; n < EventsEach; n++)
            {
                foreach (var shopper in shoppers)
                {
                    var made = clicks.Next(rng);
                    made.Shopper = Who.User(shopper);
                    await writer.PostAsync(made);
                }
            }
        }

        await engine.SettleAsync();
    }

    private static async Task ProfileAsync(BenchEngine engine, string shopper) =>
        await engine.Client.Profiles.GetProfileAsync(new GetProfileRequest { Shopper = Who.User(shopper) });

    private static async Task SlateAsync(BenchEngine engine, string shopper) =>
        await engine.Client.Recommendations.RecommendAsync(new RecommendRequest { Shopper = Who.User(shopper), Placement = "home", PageSize = 10 });

    private static Task ForEachAsync(int count, Func<int, Task> call) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await call(i));

    /// <summary>
    /// What is left of the heap once all that can go has gone: what a start leaves behind goes by and by. Without large objects:
    /// those are buffers and tables of the process, which come and go.
    /// </summary>
    private static async Task<double> LiveHeapAsync()
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

    private static async Task ReportStateAsync(string name, BenchEngine engine, string[] shoppers, BenchOptions options, Action<Figure> report)
    {
        var storage = engine.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.State);
        var states = new List<object>();

        // Each twice: what two readings of the same share is in the process anyway, such as the names of products.
        foreach (var shopper in shoppers.Take(Sampled).SelectMany(shopper => Enumerable.Repeat(shopper, 2)))
        {
            var read = new GrainState<UserState>();
            await storage.ReadStateAsync("user", GrainId.Create("user", $"u:{shopper}"), read);
            if (read is not { RecordExists: true, State: { } state })
            {
                throw new BenchFailedException($"{shopper} is not in the store.");
            }

            // As the grain does with what the stored checkpoint has passed.
            state.Settle(long.MaxValue);
            states.Add(state);
        }

        var own = ObjectGraph.OwnOf(states);
        var most = string.Join(", ", own.OrderByDescending(kind => kind.Value.Bytes).Take(12).Select(kind =>
            FormattableString.Invariant($"{kind.Key.Name} {(double)kind.Value.Objects / states.Count:F1} of {(double)kind.Value.Bytes / states.Count:F0} B")));
        Add("objects", own.Sum(kind => kind.Value.Objects), "objects");
        Add("bytes", own.Sum(kind => kind.Value.Bytes), "B");

        void Add(string part, double sum, string unit) => report(new Figure
        {
            Bench = "shopper",
            Case = $"{name}_{part}",
            Value = Math.Round(sum / states.Count, 1),
            Unit = unit,
            Samples = Sampled,
            Note = $"a shopper's own state after {EventsEach} events, as read from the store; {options.Products} products: {most}",
            PackageMode = Build.PackageMode,
        });
    }

    private static void Report(string name, double bytes, string note, int shoppers, Action<Figure> report) => report(new Figure
    {
        Bench = "shopper",
        Case = name,
        Value = Math.Round(bytes),
        Unit = "B",
        Floor = "mark: at most",
        FloorValue = MarkBytes,
        Ratio = Math.Round(bytes / MarkBytes, 4),
        Samples = shoppers,
        Note = $"live small objects of the whole engine per shopper; {EventsEach} events each, {note}",
        PackageMode = Build.PackageMode,
    });
}
