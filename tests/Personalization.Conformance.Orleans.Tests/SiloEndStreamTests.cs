using Orleans.TestingHost;
using Personalization.Conformance.Orleans.Storage;

namespace Personalization.Conformance.Orleans;

/// <summary>What subscribers hear after a silo's end. Everything in memory is on the first silo: it had it before there was a second.</summary>
[Collection(ClusterFixture.Name)]
public sealed class SiloEndStreamTests
{
    private const string Events = "resumed";
    private const string Unresumed = "plain";

    private static readonly string[] s_after = [.. Enumerable.Range(2, 8).Select(static i => $"{i} after")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Subscriber_OfASiloThatStays_HearsAllThatIsSaidAfterwards(bool killed)
    {
        await using var cluster = await StartAsync();
        var (first, key) = (cluster.Silos[0].Grains(), ClusterFixture.NewKey());
        var listener = first.GetGrain<IListenerGrain>(key);
        await listener.Listen(Events, key);
        await SayAsync(listener, Events, key, "1 before");
        await HeardBy(key, 1);
        await cluster.EndAsync(await cluster.StartAdditionalSiloAsync(), killed);
        await SayAsync(listener, Events, key, s_after);
        await HeardBy(key, 9);
        Assert.Equal(["1 before", .. s_after], Meeting.Notes("heard " + key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Subscriber_OfASiloThatEnded_HearsAllThatIsSaidAfterwardsIfItResumes(bool killed)
    {
        await using var cluster = await StartAsync();
        var (first, key, mute) = (cluster.Silos[0].Grains(), ClusterFixture.NewKey(), ClusterFixture.NewKey());
        var speaker = first.GetGrain<IListenerGrain>(ClusterFixture.NewKey());

        // The queue is in the memory of whoever first had something for it.
        await SayAsync(speaker, Events, key, "0 before");
        var second = await cluster.StartAdditionalSiloAsync();
        await second.Grains().GetGrain<IListenerGrain>(key).Listen(Events, key);

        // A grain resumes what has its own key; this one would have to resume another's.
        await second.Grains().GetGrain<IListenerGrain>(mute).Listen(Events, key);
        await SayAsync(speaker, Events, key, "1 before");
        await Task.WhenAll(HeardBy(key, 1), HeardBy(mute, 1));
        var (heard, heardByMute) = (Meeting.Notes("heard " + key), Meeting.Notes("heard " + mute));
        await cluster.EndAsync(second, killed);
        await SayAsync(speaker, Events, key, s_after);
        await HeardBy(key, heard.Length + s_after.Length);
        Assert.Equal([.. heard, .. s_after], Meeting.Notes("heard " + key));
        Assert.Equal(heardByMute, Meeting.Notes("heard " + mute));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Subscription_InTheMemoryOfASiloThatEnded_IsLostUntilItIsMadeAgain(bool killed)
    {
        await using var cluster = await StartAsync();
        var (first, key) = (cluster.Silos[0], ClusterFixture.NewKey());
        await first.Grains().GetGrain<IListenerGrain>(ClusterFixture.NewKey()).Listen(Unresumed, key);
        var listener = (await cluster.StartAdditionalSiloAsync()).Grains().GetGrain<IListenerGrain>(key);
        await listener.Listen(Unresumed, key);
        await SayAsync(listener, Unresumed, key, "1 before");
        await HeardBy(key, 1);
        await cluster.EndAsync(first, killed);
        Assert.Equal(0, await OwnCluster.RetryAsync(() => listener.Subscriptions(Unresumed, key)));
        await OwnCluster.RetryAsync(() => listener.Listen(Unresumed, key));
        await SayAsync(listener, Unresumed, key, s_after);
        await HeardBy(key, 1 + s_after.Length);
        Assert.Equal(["1 before", .. s_after], Meeting.Notes("heard " + key));
    }

    private static async Task<InProcessTestCluster> StartAsync()
    {
        var cluster = await OwnCluster.StartAsync();

        // So many that each share of the storage is there.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => cluster.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey()).Add(1)));
        return cluster;
    }

    private static async Task SayAsync(IListenerGrain speaker, string ns, string key, params string[] events)
    {
        foreach (var said in events)
        {
            var parts = said.Split(' ');
            await OwnCluster.RetryAsync(async () =>
            {
                await speaker.Say(ns, key, int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1]);
                return true;
            });
        }
    }

    private static Task HeardBy(string key, int count) => Meeting.Until(() => Meeting.Notes("heard " + key).Length >= count, $"{count} events");
}
