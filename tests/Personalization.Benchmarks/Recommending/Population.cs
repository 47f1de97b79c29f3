using System.Diagnostics;
using Personalization.Benchmarks.Engine;
using Personalization.Benchmarks.Load;
using Personalization.Client;
using Personalization.Grains.Profiles;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.V1;
using SQLitePCL;
using UserKey = Personalization.Domain.Ingestion.UserKey;

namespace Personalization.Benchmarks.Recommending;

/// <summary>
/// Shoppers who are given a past, let go of, and come back. They live in waves, as in a day, so that a population of any size
/// fits under a cap of active ones.
/// </summary>
internal sealed class Population(BenchEngine engine, Catalogue catalogue, BenchOptions options)
{
    /// <summary>The most shoppers that are active at the same time.</summary>
    public const int Wave = 20_000;

    private const string Prefix = "resident-";
    private const double FeelingShare = 0.04;
    private static readonly GrainType s_users = GrainType.Create("user");
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly Zipf _names = new(options.Residents, Prefix);

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => _names.All;

    private static ParallelOptions Lanes => new() { MaxDegreeOfParallelism = 8 };

    /// <summary>Shoppers live, and are let go of, in waves.</summary>
    public async Task LiveAsync()
    {
        for (var first = 0; first < options.Residents; first += Wave)
        {
            await LiveAsync(first, Math.Min(options.Residents, first + Wave));
            await LetGoAsync();
        }
    }

    /// <summary>Every shopper comes back once, in no order; the activations end whenever there are as many as in a wave.</summary>
    public async Task<Returns> ReturnAsync(SlateCalls slates)
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
            most = Math.Max(most, LiveHeap.Now());
            await LetGoAsync();
        }

        return new Returns(latency, options.Residents / working.TotalSeconds, most);
    }

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
    public async Task LetGoAsync()
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
    public double StateBytes()
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

/// <summary>How shoppers came back who were away.</summary>
/// <param name="Latency">How long the first slate of each took.</param>
/// <param name="PerSecond">Such slates a second.</param>
/// <param name="MostLive">The most bytes in use while they came.</param>
internal sealed record Returns(LatencyHistogram Latency, double PerSecond, long MostLive);
