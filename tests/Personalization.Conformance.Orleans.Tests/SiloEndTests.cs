using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Serialization.Configuration;
using Orleans.TestingHost;
using Personalization.Conformance.Orleans.Storage;

namespace Personalization.Conformance.Orleans;

/// <summary>Keeps a state, on the silo of whoever calls first.</summary>
public interface INearStateGrain : IGrainWithStringKey
{
    /// <summary>Stores a number.</summary>
    /// <returns>The first number that this activation was given, and the number now.</returns>
    Task<(int First, int Now)> Set(int number);
}

/// <inheritdoc cref="INearStateGrain" />
[PreferLocalPlacement]
public sealed class NearStateGrain([PersistentState("near", "memory")] IPersistentState<Counter> state) : Grain, INearStateGrain
{
    private int _first;

    /// <inheritdoc />
    public async Task<(int First, int Now)> Set(int number)
    {
        _first = _first == 0 ? number : _first;
        state.State.Value = number;
        await state.WriteStateAsync();
        return (_first, state.State.Value);
    }
}

/// <summary>Has a state of one name in two storages.</summary>
public interface ITwinStateGrain : IGrainWithStringKey
{
    /// <summary>Stores a number in the one and reads it from the other.</summary>
    Task<int> Cross(int number);
}

/// <inheritdoc cref="ITwinStateGrain" />
public sealed class TwinStateGrain(
    [PersistentState("twin", "memory")] IPersistentState<Counter> one, [PersistentState("twin")] IPersistentState<Counter> other)
    : Grain, ITwinStateGrain
{
    /// <inheritdoc />
    public async Task<int> Cross(int number)
    {
        one.State.Value = number;
        await one.WriteStateAsync();
        await other.ReadStateAsync();
        return other.State.Value;
    }
}

/// <summary>What ends with a silo, and in what order.</summary>
[Collection(ClusterFixture.Name)]
public sealed class SiloEndTests
{
    private const int States = 40;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MemoryStorage_OfASiloThatLeft_IsLost(bool killed)
    {
        await using var cluster = await StartAsync();
        var grains = Grains(cluster);
        await Task.WhenAll(grains.Select(static g => g.Add(1)));
        await cluster.StartAdditionalSiloAsync();
        await EndAsync(cluster, cluster.Silos[0], killed);
        foreach (var grain in grains)
        {
            Assert.Equal((0, false), await RetryAsync(async () =>
            {
                var (value, exists, _) = await grain.Read();
                return (value, exists);
            }));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MemoryStorage_OfASiloThatStays_IsKept(bool killed)
    {
        await using var cluster = await StartAsync();
        var grains = Grains(cluster);
        await Task.WhenAll(grains.Select(static g => g.Add(1)));
        await EndAsync(cluster, await cluster.StartAdditionalSiloAsync(), killed);
        foreach (var grain in grains)
        {
            await grain.End();
            Assert.Equal(1, (await RetryAsync(grain.Read)).Value);
        }
    }

    [Fact]
    public async Task MemoryStorage_LostUnderLivingGrains_TakesTheirNextWrite()
    {
        await using var cluster = await StartAsync();

        // All of the storage is on the first silo before there is a second one, and the grains are on the second.
        await Task.WhenAll(Grains(cluster).Select(static g => g.Add(1)));
        var second = await cluster.StartAdditionalSiloAsync();
        var factory = second.ServiceProvider.GetRequiredService<IGrainFactory>();
        INearStateGrain[] grains = [.. Enumerable.Range(0, States).Select(_ => factory.GetGrain<INearStateGrain>(ClusterFixture.NewKey()))];
        await Task.WhenAll(grains.Select(static g => g.Set(1)));
        await EndAsync(cluster, cluster.Silos[0], killed: true);
        foreach (var grain in grains)
        {
            Assert.Equal((1, 2), await RetryAsync(() => grain.Set(2)));
        }
    }

    [Fact]
    public async Task MemoryStorage_OfAnotherName_HasTheSameStates()
    {
        await using var cluster = await StartAsync();
        Assert.Equal(7, await cluster.Client.GetGrain<ITwinStateGrain>(ClusterFixture.NewKey()).Cross(7));
    }

    [Fact]
    public async Task SiloStop_EndsTheHighestStageFirst_WhileGrainsStillAnswer_AndThenTheGrains()
    {
        var key = ClusterFixture.NewKey();
        var notes = "life " + key;
        await using (var cluster = await StartAsync(silo =>
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => new Witness(services, key))))
        {
            await cluster.Client.GetGrain<ILifeGrain>(key).Activation();
            await cluster.StopAllSilosAsync();
        }

        string[] expected =
        [
            "up first", "up active", "up last", "activating", "active", "call", "call", "down last",
            "deactivating ShuttingDown", "inactive", "disposed", "down first",
        ];
        Assert.Equal(expected, Meeting.Notes(notes));
    }

    private static async Task<InProcessTestCluster> StartAsync(Action<ISiloBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<TypeManifestOptions>(options => options.EnableConfigurationAnalysis = false);
            silo.AddMemoryGrainStorage("memory");
            silo.AddMemoryGrainStorageAsDefault();
            configure?.Invoke(silo);
        });
        builder.ConfigureClient(client => client.Configure<TypeManifestOptions>(options => options.EnableConfigurationAnalysis = false));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static IStateGrain[] Grains(InProcessTestCluster cluster) =>
        [.. Enumerable.Range(0, States).Select(_ => cluster.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey()))];

    private static Task EndAsync(InProcessTestCluster cluster, InProcessSiloHandle silo, bool killed) =>
        killed ? cluster.KillSiloAsync(silo) : cluster.StopSiloAsync(silo);

    // A cluster takes a moment to find out who is gone.
    private static async Task<T> RetryAsync<T>(Func<Task<T>> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await act();
            }
            catch (Exception) when (attempt < 60)
            {
                await Task.Delay(200);
            }
        }
    }

    private sealed class Witness(IServiceProvider services, string key) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
            Subscribe(lifecycle, "first", ServiceLifecycleStage.First, static () => Task.CompletedTask);
            Subscribe(lifecycle, "active", ServiceLifecycleStage.Active, onStop: null);
            Subscribe(lifecycle, "last", ServiceLifecycleStage.Last, services.GetRequiredService<IGrainFactory>().GetGrain<ILifeGrain>(key).Activation);
        }

        private void Subscribe(ISiloLifecycle lifecycle, string name, int stage, Func<Task>? onStop) => lifecycle.Subscribe(
            name,
            stage,
            _ =>
            {
                Meeting.Note("life " + key, "up " + name);
                return Task.CompletedTask;
            },
            async _ =>
            {
                if (onStop is not null)
                {
                    await onStop();
                    Meeting.Note("life " + key, "down " + name);
                }
            });
    }
}
