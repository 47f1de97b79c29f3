using Orleans.Storage;
using Personalization.Benchmarks.Engine;
using Personalization.Benchmarks.Recommending;
using Personalization.Benchmarks.Reporting;
using Personalization.Client;
using Personalization.Grains;
using Personalization.Grains.Profiles;
using Personalization.V1;

namespace Personalization.Benchmarks.Benches;

/// <summary>
/// What a shopper takes who is in memory, and what stays of one who has been: the live heap of an engine with so many of them,
/// less that of the same engine without; and how many objects their state is made of.
/// </summary>
internal sealed class ShopperBenchmark : IBenchmark
{
    private const int Others = 300;
    private const int Sampled = 100;
    private const int AtOnce = 32;
    private const double MarkBytes = 4096;

    public string About => "heap and objects of a shopper in memory, after a slate besides, and what stays of one who is away";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        options = options with { Residents = Math.Clamp(options.Residents, Sampled, Population.Wave) };
        await using var engine = await BenchEngine.StartAsync();
        var population = new Population(engine, await engine.FillAsync(options), options);
        var shoppers = population.Names;
        await population.LiveAsync();

        // Started anew it knows none of them; what everybody shares is there once some others have come.
        await engine.RestartAsync();
        await ForEachAsync(Others, i => SlateAsync(engine, $"other-{i}"));
        await engine.SettleAsync();
        var none = await LiveHeap.AtRestAsync();

        await ForEachAsync(shoppers.Count, i => ProfileAsync(engine, shoppers[i]));
        var known = await LiveHeap.AtRestAsync();
        await ReportStateAsync("state", engine, shoppers, options, report);
        Tell("resident", known, "read from the store, nothing asked but the profile", MarkBytes);

        await ForEachAsync(shoppers.Count, i => SlateAsync(engine, shoppers[i]));
        await engine.SettleAsync();
        Tell("resident_after_slate", await LiveHeap.AtRestAsync(), "with a slate of ten that waits for its outcomes", MarkBytes);

        await population.LetGoAsync();
        Tell("passivated", await LiveHeap.AtRestAsync(), "their activations ended: what directories, caches and the log's memory keep", null);
        engine.ThrowOnErrors();

        void Tell(string name, double heap, string note, double? mark) =>
            Report(name, (heap - none) / shoppers.Count, $"{options.History} events each, {note}", shoppers.Count, mark, report);
    }

    private static async Task ProfileAsync(BenchEngine engine, string shopper) =>
        await engine.Client.Profiles.GetProfileAsync(new GetProfileRequest { Shopper = Who.User(shopper) });

    private static async Task SlateAsync(BenchEngine engine, string shopper) =>
        await engine.Client.Recommendations.RecommendAsync(new RecommendRequest { Shopper = Who.User(shopper), Placement = "home", PageSize = 10 });

    private static Task ForEachAsync(int count, Func<int, Task> call) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await call(i));

    private static async Task ReportStateAsync(string name, BenchEngine engine, IReadOnlyList<string> shoppers, BenchOptions options, Action<Figure> report)
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
            Note = $"a shopper's own state after {options.History} events, as read from the store; {options.Products} products: {most}",
            PackageMode = Build.PackageMode,
        });
    }

    private static void Report(string name, double bytes, string note, int shoppers, double? mark, Action<Figure> report) => report(new Figure
    {
        Bench = "shopper",
        Case = name,
        Value = Math.Round(bytes),
        Unit = "B",
        Floor = mark is null ? null : "mark: at most",
        FloorValue = mark,
        Ratio = mark is { } most ? Math.Round(bytes / most, 4) : null,
        Samples = shoppers,
        Note = $"live small objects of the whole engine per shopper; {note}",
        PackageMode = Build.PackageMode,
    });
}
