using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Configuration;
using Orleans.TestingHost;

namespace Personalization.Conformance.Orleans;

/// <summary>Two silos and a client that the tests of this assembly share.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    /// <summary>The collection that shares it.</summary>
    public const string Name = "cluster";

    /// <summary>The cluster.</summary>
    public TestCluster Cluster { get; private set; } = null!;

    /// <summary>References whose calls come from a client.</summary>
    public IGrainFactory Client => Cluster.GrainFactory;

    /// <summary>References whose calls come from the first silo.</summary>
    public IGrainFactory Silo => Cluster.GetSiloServiceProvider(Cluster.Primary!.SiloAddress).GetRequiredService<IGrainFactory>();

    /// <summary>A key that no other test uses.</summary>
    public static string NewKey() => Guid.NewGuid().ToString("N");

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silos>();
        builder.AddClientBuilderConfigurator<Clients>();
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    /// <inheritdoc />
    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    private sealed class Silos : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            // Some interfaces here mention what cannot cross, on purpose.
            siloBuilder.Configure<TypeManifestOptions>(options => options.EnableConfigurationAnalysis = false);
            siloBuilder.AddMemoryGrainStorage("memory");
            siloBuilder.AddMemoryGrainStorageAsDefault();
            siloBuilder.AddMemoryGrainStorage("PubSubStore");
            siloBuilder.AddMemoryStreams("streams");
            siloBuilder.Services.AddGrainStorage("custom", (_, _) => new Storage.RecordingStorage());
            siloBuilder.AddIncomingGrainCallFilter<Calls.IncomingFilter>();
            siloBuilder.AddOutgoingGrainCallFilter<Calls.OutgoingFilter>();
            siloBuilder.Configure<GrainCollectionOptions>(options => options.CollectionQuantum = TimeSpan.FromSeconds(5));
            siloBuilder.Services.AddSingleton(new SomeService("from the container"));
        }
    }

    private sealed class Clients : IClientBuilderConfigurator
    {
        public void Configure(Microsoft.Extensions.Configuration.IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.AddMemoryStreams("streams").Configure<TypeManifestOptions>(options => options.EnableConfigurationAnalysis = false);
    }
}

/// <summary>The tests that share the cluster run one after another.</summary>
[CollectionDefinition(ClusterFixture.Name)]
public sealed class ClusterTestGroup : ICollectionFixture<ClusterFixture>;

/// <summary>Something that grains get from the container.</summary>
public sealed record SomeService(string Text);

/// <summary>Where grains and tests of one process meet: signals by name.</summary>
public static class Meeting
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<string>> s_points = new();
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> s_notes = new();

    /// <summary>How long a test waits for what must happen.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Says that a point is reached.</summary>
    public static void Reach(string point, string value = "") => At(point).TrySetResult(value);

    /// <summary>Waits until a point is reached.</summary>
    public static Task<string> Wait(string point) => At(point).Task.WaitAsync(Patience);

    /// <summary>Notes something.</summary>
    public static void Note(string list, string value) => s_notes.GetOrAdd(list, _ => new()).Enqueue(value);

    /// <summary>What was noted.</summary>
    public static string[] Notes(string list) => s_notes.TryGetValue(list, out var notes) ? [.. notes] : [];

    /// <summary>Waits until something holds.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < end, $"{what} did not come about within {Patience}.");
            await Task.Delay(10);
        }
    }

    private static TaskCompletionSource<string> At(string point) => s_points.GetOrAdd(point, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
