using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.TestingHost;
using Personalization.Conformance.Orleans.Calls;
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
        await using var cluster = await OwnCluster.StartAsync();
        var grains = Grains(cluster);
        await Task.WhenAll(grains.Select(static g => g.Add(1)));
        await cluster.StartAdditionalSiloAsync();
        await cluster.EndAsync(cluster.Silos[0], killed);
        foreach (var grain in grains)
        {
            Assert.Equal((0, false), await OwnCluster.RetryAsync(async () =>
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
        await using var cluster = await OwnCluster.StartAsync();
        var grains = Grains(cluster);
        await Task.WhenAll(grains.Select(static g => g.Add(1)));
        await cluster.EndAsync(await cluster.StartAdditionalSiloAsync(), killed);
        foreach (var grain in grains)
        {
            await grain.End();
            Assert.Equal(1, (await OwnCluster.RetryAsync(grain.Read)).Value);
        }
    }

    [Fact]
    public async Task MemoryStorage_LostUnderLivingGrains_TakesTheirNextWrite()
    {
        await using var cluster = await OwnCluster.StartAsync();

        // All of the storage is on the first silo before there is a second one, and the grains are on the second.
        await Task.WhenAll(Grains(cluster).Select(static g => g.Add(1)));
        var second = await cluster.StartAdditionalSiloAsync();
        var factory = second.Grains();
        INearStateGrain[] grains = [.. Enumerable.Range(0, States).Select(_ => factory.GetGrain<INearStateGrain>(ClusterFixture.NewKey()))];
        await Task.WhenAll(grains.Select(static g => g.Set(1)));
        await cluster.EndAsync(cluster.Silos[0], killed: true);
        foreach (var grain in grains)
        {
            Assert.Equal((1, 2), await OwnCluster.RetryAsync(() => grain.Set(2)));
        }
    }

    [Fact]
    public async Task MemoryStorage_OfAnotherName_HasTheSameStates()
    {
        await using var cluster = await OwnCluster.StartAsync();
        Assert.Equal(7, await cluster.Client.GetGrain<ITwinStateGrain>(ClusterFixture.NewKey()).Cross(7));
    }

    [Fact]
    public async Task Call_FromASilo_ToAKilledSilo_FailsAtOnceWithItsUnavailability()
    {
        await using var cluster = await OwnCluster.StartAsync();
        var (second, key) = await StartWithGrainAsync(cluster);
        var grain = cluster.Silos[0].Grains().GetGrain<ICallGrain>(key);
        var running = grain.Hold(key + "held", key + "over");
        await Meeting.Wait(key + "held");
        var waiting = grain.Add(1, 2);
        await cluster.KillSiloAsync(second);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => running.WaitAsync(Meeting.Patience / 2));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => waiting.WaitAsync(Meeting.Patience / 2));
        Meeting.Reach(key + "over");
        Assert.Equal(cluster.Silos[0].SiloAddress, await OwnCluster.RetryAsync(grain.Where));
    }

    [Fact]
    public async Task Call_FromAClient_ToAKilledSilo_RunsIntoItsTimeout()
    {
        await using var cluster = await OwnCluster.StartAsync();
        var (second, key) = await StartWithGrainAsync(cluster);
        var grain = cluster.Client.GetGrain<ICallGrain>(key);
        var running = grain.Hold(key + "held", key + "over");
        await Meeting.Wait(key + "held");
        var waiting = grain.Add(1, 2);
        await cluster.KillSiloAsync(second);

        // The silo's process would be gone: what its grains still do here reaches nobody.
        Meeting.Reach(key + "over");
        Assert.Equal(cluster.Silos[0].SiloAddress, await OwnCluster.RetryAsync(grain.Where));
        await Assert.ThrowsAsync<TimeoutException>(() => running);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ToASiloThatStops_IsAnswered(bool fromSilo)
    {
        await using var cluster = await OwnCluster.StartAsync();
        var (second, key) = await StartWithGrainAsync(cluster);
        var grain = (fromSilo ? cluster.Silos[0].Grains() : cluster.Client).GetGrain<ICallGrain>(key);
        var running = grain.Hold(key + "held", key + "over");
        await Meeting.Wait(key + "held");
        var waiting = grain.Add(1, 2);
        var end = cluster.StopSiloAsync(second);
        Meeting.Reach(key + "over");
        await running;
        Assert.Equal(3, await waiting);
        await end;
        Assert.Equal(cluster.Silos[0].SiloAddress, await OwnCluster.RetryAsync(grain.Where));
    }

    [Fact]
    public async Task SiloStop_EndsTheHighestStageFirst_WhileGrainsStillAnswer_AndThenTheGrains()
    {
        var key = ClusterFixture.NewKey();
        var notes = "life " + key;
        await using (var cluster = await OwnCluster.StartAsync(silo =>
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

    /// <summary>Starts a second silo, with a grain on it.</summary>
    private static async Task<(InProcessSiloHandle Silo, string Key)> StartWithGrainAsync(InProcessTestCluster cluster)
    {
        var (silo, key) = (await cluster.StartAdditionalSiloAsync(), ClusterFixture.NewKey());
        Assert.Equal(silo.SiloAddress, await silo.Grains().GetGrain<ICallGrain>(key).Where());
        return (silo, key);
    }

    private static IStateGrain[] Grains(InProcessTestCluster cluster) =>
        [.. Enumerable.Range(0, States).Select(_ => cluster.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey()))];

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
