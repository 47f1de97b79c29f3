using Orleans.Configuration;
using Orleans.TestingHost;

namespace Personalization.Conformance.Orleans;

/// <summary>A grain that is not ended for being idle.</summary>
public interface IKeptGrain : IGrainWithStringKey
{
    /// <summary>Which activation this is.</summary>
    Task<Guid> Activation();
}

/// <inheritdoc cref="IKeptGrain" />
[KeepAlive]
public sealed class KeptGrain : Grain, IKeptGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    /// <inheritdoc />
    public Task<Guid> Activation() => Task.FromResult(_activation);
}

/// <summary>What keeps an activation that nobody calls.</summary>
[Collection(ClusterFixture.Name)]
public sealed class KeepAliveTests
{
    // Long beside the ticks of a timer, on a machine that has other things to do as well.
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task KeepAliveClass_LongerIdleThanOthersMayBe_IsKept()
    {
        await using var cluster = await StartAsync();
        var kept = cluster.Client.GetGrain<IKeptGrain>(ClusterFixture.NewKey());
        var before = await kept.Activation();
        await OthersEndAsync(cluster);
        await OthersEndAsync(cluster);
        Assert.Equal(before, await kept.Activation());
    }

    [Fact]
    public async Task KeepAliveTimer_KeepsItsGrainUntilItIsStopped()
    {
        await using var cluster = await StartAsync();
        var key = ClusterFixture.NewKey();
        var grain = cluster.Client.GetGrain<ILifeGrain>(key);
        await grain.StartKeepingTimer(TimeSpan.FromMilliseconds(20));
        await OthersEndAsync(cluster);
        await OthersEndAsync(cluster);
        Assert.DoesNotContain("inactive", Meeting.Notes("life " + key));
        await grain.StopTimer();
        await Meeting.Until(() => Meeting.Notes("life " + key).Contains("inactive"), "The end of a grain whose timer was stopped");
    }

    /// <summary>Waits until a grain that is called now has been ended for being idle.</summary>
    private static async Task OthersEndAsync(InProcessTestCluster cluster)
    {
        var key = ClusterFixture.NewKey();
        await cluster.Client.GetGrain<ILifeGrain>(key).Activation();
        await Meeting.Until(() => Meeting.Notes("life " + key).Contains("inactive"), "The end of an idle activation");
    }

    private static Task<InProcessTestCluster> StartAsync() => OwnCluster.StartAsync(silo => silo.Configure<GrainCollectionOptions>(options =>
    {
        options.CollectionQuantum = s_age / 4;
        options.CollectionAge = s_age;
    }));
}
