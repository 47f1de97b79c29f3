using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Grains;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Profiles;
using Personalization.Grains.Recommendations;
using Personalization.Storage.Sqlite;

namespace Personalization.Cluster.Tests;

/// <summary>A cluster of silos that share one store, as silos of a cluster share one database.</summary>
internal sealed class EngineCluster : IAsyncDisposable
{
    private readonly string _folder;
    private readonly SqliteStore _store;
    private int _events;

    private EngineCluster(InProcessTestCluster cluster, SqliteStore store, string folder)
    {
        Cluster = cluster;
        _store = store;
        _folder = folder;
    }

    public InProcessTestCluster Cluster { get; }

    public IGrainFactory Grains => Cluster.Client;

    public IEventLog Log => _store.Events;

    public IDecisionLog Decisions => _store.Decisions;

    public IRejectedEventStore Rejected => _store.Rejected;

    public static async Task<EngineCluster> StartAsync(
        short silos, string checkpointInterval = "00:00:00.300", IIntentScorer? intents = null, string intentTimeout = "00:00:10",
        ISentimentScorer? scorer = null, string scoringTimeout = "00:00:02", string examination = "position",
        RecommendationModel? model = null, PumpGate? gate = null)
    {
        var folder = Directory.CreateTempSubdirectory("personalization-cluster-").FullName;
        var store = SqliteStore.Open(
            new SqliteStorageOptions
            {
                Path = Path.Combine(folder, "test.db"),
                PartitionCount = 4,
                Durability = SqliteDurability.OsBuffered,
                MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            },
            TimeProvider.System,
            null);
        var builder = new InProcessTestClusterBuilder(silos);
        var settings = new Dictionary<string, string?>
        {
            ["Pump:CheckpointInterval"] = checkpointInterval,
            ["Pump:ScoringTimeout"] = scoringTimeout,
            ["Intent:Timeout"] = intentTimeout,
            ["Recommender:Examination"] = examination,
        };
        builder.ConfigureSilo((_, silo) => 
        {
            silo.Services.AddSingleton(model ?? RecommendationModel.Default);
            Configure(silo, store, settings, intents ?? new NoIntentScorer(), scorer ?? new LexiconScorer());
            if (gate is not null)
            {
                silo.Services.AddSingleton(gate);
            }
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new EngineCluster(cluster, store, folder);
    }

    /// <summary>Appends an event and has its partition woken.</summary>
    public async Task<LogPosition> SendAsync(
        UserKey user, EventPayload payload, string product = "", string? id = null, Channel channel = Channel.Web, DateTimeOffset? at = null)
    {
        var now = at ?? DateTimeOffset.UtcNow;
        var source = new ShopperEvent
        {
            EventId = id ?? $"event-{Interlocked.Increment(ref _events)}",
            OccurredAt = now,
            ReceivedAt = now,
            User = user,
            ProductId = product,
            Channel = channel,
            Touchpoint = Touchpoint.Product,
            Payload = payload,
        };
        var body = EventCodec.Encode(source, out var fingerprint);
        var results = await Log.AppendAsync([new LogEntry(user, source.EventId, fingerprint, body)], CancellationToken.None);
        var position = results[0].Position;
        await Grains.GetGrain<IIngestionPartitionGrain>(position.Partition).Poke(position.Offset);
        return position;
    }

    public IUserProfileGrain Profile(UserKey user) => Grains.GetGrain<IUserProfileGrain>(user.Value);

    /// <summary>Waits until everything in the log has been folded in.</summary>
    public async Task SettleAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var partition = 0; partition < Log.PartitionCount; partition++)
        {
            await Grains.GetGrain<IIngestionPartitionGrain>(partition).WaitForApplied(Log.Tail(partition), patience.Token);
        }
    }

    /// <summary>Has every partition pass on and persist all that is in the log; what died with a silo is folded again before.</summary>
    public Task CheckpointAsync() => Task.WhenAll(Enumerable.Range(0, Log.PartitionCount).Select(async p =>
    {
        var (tail, partition) = (Log.Tail(p), Grains.GetGrain<IIngestionPartitionGrain>(p));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(25));
        while (await partition.Checkpoint() < tail)
        {
            await partition.WaitForApplied(tail, patience.Token);
        }
    }));

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Tries until it works: a cluster takes a moment to find out who is gone.</summary>
    public static async Task RetryAsync(Func<Task> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await act();
                return;
            }
            catch (Exception) when (attempt < 30)
            {
                await Task.Delay(200);
            }
        }
    }

    private static void Configure(
        ISiloBuilder silo, SqliteStore store, Dictionary<string, string?> settings, IIntentScorer intents, ISentimentScorer scorer)
    {
        var services = silo.Services;
        services.AddSqliteStorage(store);
        services.AddPersonalizationGrainStorage(StorageNames.State);
        services.AddPersonalizationGrains(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSingleton(scorer);
        services.AddSingleton(intents);
        services.AddSingleton<IDecisionIds, CountedIds>();
        services.AddSingleton(new AttributionTokenSigner(
            ImmutableDictionary<byte, byte[]>.Empty.Add(0, Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray()), 0));
        silo.AddMemoryGrainStorage("PubSubStore");
        silo.AddMemoryStreams(StorageNames.Streams);
        silo.AddPersonalizationSilo();
    }

    private sealed class CountedIds : IDecisionIds
    {
        private static int s_last;

        public string Next() => $"decision-{Interlocked.Increment(ref s_last)}";
    }
}
