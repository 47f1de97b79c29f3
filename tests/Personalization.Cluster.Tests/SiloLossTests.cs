using Personalization.Domain.Ingestion;
using Personalization.Grains.Products;

namespace Personalization.Cluster.Tests;

/// <summary>Silos come and go; every event counts once all the same.</summary>
[Collection("clusters, one after the other")]
public sealed class SiloLossTests
{
    private const int Users = 20;
    private const int Products = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SiloLostUnderLoad_EveryEventCountsOnce(bool killed)
    {
        await using var engine = await EngineCluster.StartAsync(3);
        await LoadAsync(engine, 0, 300);
        var lost = engine.Cluster.Silos[1];
        var during = LoadAsync(engine, 300, 300);
        if (killed)
        {
            await engine.Cluster.KillSiloAsync(lost);
        }
        else
        {
            await engine.Cluster.StopSiloAsync(lost);
        }

        await during;
        await LoadAsync(engine, 600, 100);
        await EngineCluster.RetryAsync(engine.SettleAsync);
        await EngineCluster.RetryAsync(engine.CheckpointAsync);

        for (var u = 0; u < Users; u++)
        {
            var profile = await engine.Profile(User(u)).GetProfile(0, CancellationToken.None);
            Assert.Equal(700 / Users, profile.EventCount);
        }

        for (var p = 0; p < Products; p++)
        {
            var sentiment = await engine.Grains.GetGrain<IProductGrain>($"product-{p}").GetSentiment();
            Assert.Equal(700 / Products, sentiment.Views);
        }
    }

    private static async Task LoadAsync(EngineCluster engine, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var payload = new BehaviourPayload { Action = BehaviourKind.View, DwellMs = 1000 };
            var index = i;

            // The poke may fail while the cluster finds out who is gone; the event is in the log all the same, once.
            await EngineCluster.RetryAsync(() => engine.SendAsync(User(index % Users), payload, $"product-{index % Products}", $"load-{index}"));
        }
    }

    private static UserKey User(int number) => UserKey.Known($"user-{number}");
}
