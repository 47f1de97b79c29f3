using System.Diagnostics;
using Personalization.Benchmarks.Engine;
using Personalization.Benchmarks.Load;
using Personalization.Client;
using Personalization.Grains.Profiles;
using Personalization.Grains.Recommendations;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.V1;
using SQLitePCL;
using UserKey = Personalization.Domain.Ingestion.UserKey;

namespace Personalization.Benchmarks.Recommending;

/// <summary>
/// What shoppers take in memory: a population is given a past, let go of, and comes back. They live in waves, as in a day, so that
/// a population of any size fits under a cap of active ones.
/// </summary>
/// <remarks>
/// Buffers and caches come and go by tens of megabytes while calls and events are worked on. What an active shopper takes is
/// therefore measured again and again, and the median told; what stays of one who is away is what the second half of them adds.
/// </remarks>
internal sealed class ShopperMemory(BenchEngine engine, Catalogue catalogue, BenchOptions options)
{
    /// <summary>The most shoppers that are active at the same time.</summary>
    public const int Wave = 20_000;

    private const string Prefix = "resident-";
    private const int Turns = 5;
    private const double FeelingShare = 0.04;
    private static readonly GrainType s_users = GrainType.Create("user");
    private static readonly RecommendCommand s_page = new() { Placement = "home", PageSize = 10 };
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly Zipf _names = new(options.Residents, Prefix);

    /// <summary>Measures it.</summary>
    public async Task<ShopperMemoryFigures> MeasureAsync()
    {
        await LetGoAsync();
        var half = options.Residents / 2;
        var stored = new long[2];
        var away = await AddedAsync(
            half, options.Residents,
            async (first, end) =>
            {
                await LiveInWavesAsync(first, end);
                stored[first == 0 ? 0 : 1] = engine.StoredBytes();
            });
        var back = Math.Min(options.Residents, Wave);
        var read = await MedianAsync(back, user => engine.Grains.GetGrain<IUserProfileGrain>(user).GetProfile(0, CancellationToken.None));
        var shown = await MedianAsync(back, user => engine.Grains.GetGrain<IUserRecommendationGrain>(user).Recommend(s_page, CancellationToken.None));
        var states = StateBytes();
        await LetGoAsync();
        using var slates = new SlateCalls(engine.Address);
        var (activation, seconds, most) = await ActivateAllAsync(slates);
        return new ShopperMemoryFigures
        {
            ResidentBytes = read,
            ShownBytes = shown,
            AwayBytes = away,
            StateBytes = states,
            DiskBytes = (stored[1] - stored[0]) / (double)(options.Residents - half),
            Activation = activation,
            ActivationsPerSecond = options.Residents / seconds,
            MostLiveBytes = most,
        };
    }

    /// <summary>Bytes a shopper that the second half of some adds, when both halves do the same.</summary>
    private static async Task<double> AddedAsync(int half, int all, Func<int, int, Task> add)
    {
        await add(0, half);
        var before = LiveBytes();
        await add(half, all);
        return (LiveBytes() - before) / (double)(all - half);
    }

    /// <summary>Bytes a shopper that some take who come and go, in the median of several turns; the first is not counted.</summary>
    private async Task<double> MedianAsync(int shoppers, Func<string, Task> come)
    {
        var taken = new List<double>(Turns);
        for (var turn = 0; turn <= Turns; turn++)
        {
            await LetGoAsync();
            var before = LiveBytes();
            await ForEachAsync(0, shoppers, come);
            await engine.PersistAsync();
            if (turn > 0)
            {
                taken.Add((LiveBytes() - before) / (double)shoppers);
            }
        }

        taken.Sort();
        return taken[Turns / 2];
    }

    /// <summary>Shoppers live, and are let go of, in waves.</summary>
    private async Task LiveInWavesAsync(int first, int end)
    {
        for (; first < end; first += Wave)
        {
            await LiveAsync(first, Math.Min(end, first + Wave));
            await LetGoAsync();
        }
    }

    /// <summary>Bytes of objects that are in use, as the last of some collections of everything has counted them.</summary>
    public static long LiveBytes()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var counted = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return counted.HeapSizeBytes - counted.FragmentedBytes;
    }

    /// <summary>Every shopper comes back once, in no order; the activations end whenever there are as many as in a wave.</summary>
    private async Task<(LatencyHistogram Latency, double Seconds, long MostLive)> ActivateAllAsync(SlateCalls slates)
    {
        var (latency, order, most) = (new LatencyHistogram(), Enumerable.Range(0, options.Residents).ToArray(), 0L);
        Rng.For(options.Seed, "comers").Shuffle(order.AsSpan());
        var working = TimeSpan.Zero;
        for (var first = 0; first < order.Length; first += Wave)
        {
            var started = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(order.Skip(first).Take(Wave), Lanes, async (n, _) =>
            {
                var asked = Stopwatch.GetTimestamp();
                await slates.For(_names.All[n], anew: false);
                latency.RecordSince(asked);
            });
            working += Stopwatch.GetElapsedTime(started);
            most = Math.Max(most, LiveBytes());
            await LetGoAsync();
        }

        return (latency, working.TotalSeconds, most);
    }

    private static ParallelOptions Lanes => new() { MaxDegreeOfParallelism = 8 };

    /// <summary>Calls their grains directly: what calls over the network leave in pools is not a shopper's.</summary>
    private Task ForEachAsync(int first, int end, Func<string, Task> visit) =>
        Parallel.ForEachAsync(Enumerable.Range(first, end - first), Lanes, async (n, _) => await visit(UserKey.Known(_names.All[n]).Value));

    /// <summary>Each of some shoppers does what shoppers do, and says now and then how it was.</summary>
    private async Task LiveAsync(int first, int end)
    {
        var (clicks, rng) = (new Clickstream(catalogue, _names, $"history-{first}"), Rng.For(options.Seed, "history", first));
        var failures = new EventWriterOptions { MaxBatch = 500, Failed = (_, failure) => engine.Record.Failed("StreamEvents", failure) };
        await using (var writer = engine.Client.OpenEventWriter(failures))
        {
            // In turns: a visitor's events do not follow each other at once.
            for (var i = 0; i < options.History; i++)
            {
                for (var n = first; n < end; n++)
                {
                    var made = clicks.Next(rng);
                    made.Shopper = Who.User(_names.All[n]);
                    if (rng.Chance(FeelingShare))
                    {
                        made = Felt(made, rng);
                    }

                    await writer.PostAsync(made);
                }
            }
        }

        await engine.SettleAsync();
    }

    private static Event Felt(Event did, Rng rng)
    {
        var answer = Events.Answer("after-purchase", "csat", SurveyMetric.Csat, 1 + rng.Next(5), did.ProductId);
        (answer.EventId, answer.Shopper, answer.OccurredAt) = (did.EventId, did.Shopper, did.OccurredAt);
        return answer;
    }

    /// <summary>Ends the activations of all shoppers, as happens to each a while after the last call.</summary>
    private async Task LetGoAsync()
    {
        await engine.PersistAsync();
        var (management, patience) = (engine.Grains.GetGrain<IManagementGrain>(0), new Deadline(s_patience));
        while ((await management.GetActiveGrains(s_users)).Count is > 0 and var left)
        {
            if (patience.Over)
            {
                throw new BenchFailedException($"{left} shoppers are still active.");
            }

            await management.ForceActivationCollection(TimeSpan.Zero);
            await Task.Delay(50);
        }
    }

    /// <summary>Mean bytes of a stored shopper, sealed as they lie in the store.</summary>
    private double StateBytes()
    {
        raw.sqlite3_open_v2(engine.StorePath, out var store, raw.SQLITE_OPEN_READONLY, null);
        using (store)
        {
            raw.sqlite3_prepare_v2(store, $"SELECT AVG(LENGTH(state)) FROM grain_state WHERE key LIKE '%/u:{Prefix}%'", out var statement);
            using (statement)
            {
                return raw.sqlite3_step(statement) == raw.SQLITE_ROW ? raw.sqlite3_column_double(statement, 0) : double.NaN;
            }
        }
    }
}

/// <summary>What shoppers take.</summary>
internal sealed record ShopperMemoryFigures
{
    /// <summary>Bytes a shopper who is active and has been read from the store.</summary>
    public required double ResidentBytes { get; init; }

    /// <summary>Bytes a shopper who has been shown a slate: with its pool, its answer and the rewards that are waited for.</summary>
    public required double ShownBytes { get; init; }

    /// <summary>Bytes that stay in the process for a shopper who is away, what the log remembers of the past included.</summary>
    public required double AwayBytes { get; init; }

    /// <summary>Bytes of a stored shopper.</summary>
    public required double StateBytes { get; init; }

    /// <summary>Bytes on disk a shopper, the log of the past included.</summary>
    public required double DiskBytes { get; init; }

    /// <summary>How long the first slate of a shopper takes who was away.</summary>
    public required LatencyHistogram Activation { get; init; }

    /// <summary>Such slates a second.</summary>
    public required double ActivationsPerSecond { get; init; }

    /// <summary>The most bytes in use while they came back.</summary>
    public required long MostLiveBytes { get; init; }
}
