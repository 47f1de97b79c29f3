using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Personalization.Domain.Ingestion;
using Personalization.Grains;
using Personalization.Grains.Recommendations;

namespace Personalization.Cluster.Tests;

/// <summary>The graph of visits is stored as a whole and the pages of what came since; an owner that died comes back from both.</summary>
[Collection("clusters, one after the other")]
public sealed class VisitsJournalTests
{
    private static readonly string[] s_products = ["balm", "brush", "cream", "powder", "serum"];

    [Theory]
    [InlineData(16 * 1024 * 1024, false)]
    [InlineData(1, true)]
    public async Task OwnerThatDied_ComesBackWithAllThatWasPersistedOnce(long journalBytes, bool isStoredWhole)
    {
        await using var engine = await EngineCluster.StartAsync(1, model: RecommendationModel.Default with { VisitsJournalBytes = journalBytes });
        var first = engine.Cluster.Silos[0];
        await engine.Cluster.StartAdditionalSiloAsync();
        var owner = engine.Grains.GetGrain<IVisitsFoldGrain>(WellKnownGrains.Default);
        for (var round = 0; round < 5; round++)
        {
            await engine.SendAsync(UserKey.Known($"user-{round}"), Bought(), s_products[round]);
            await engine.SendAsync(UserKey.Known($"user-{round}"), Bought(), s_products[(round + 1) % s_products.Length]);
            await engine.SettleAsync();
            await engine.CheckpointAsync();
        }

        var storage = ((InProcessSiloHandle)engine.Cluster.Silos[^1]).ServiceProvider.GetRequiredKeyedService<IGrainStorage>(StorageNames.State);
        var (neighbours, popular) = (await Neighbours.ReadAsync(engine.Grains, s_products), await PopularAsync(owner));
        Assert.Equal(s_products.Length, neighbours.Count);
        var firstPage = new GrainState<JournalPage>();
        await storage.ReadStateAsync("visits-page-0", owner.GetGrainId(), firstPage);
        Assert.Equal(!isStoredWhole, firstPage.RecordExists);
        await engine.Cluster.KillSiloAsync(first);
        await EngineCluster.RetryAsync(async () => Assert.Equivalent(neighbours, await Neighbours.ReadAsync(engine.Grains, s_products), strict: true));
        Assert.Equal(popular, await PopularAsync(owner));

        // Nothing counts twice that the partitions send again, and what comes next is added.
        await engine.SendAsync(UserKey.Known("user-0"), Bought(), "serum");
        await EngineCluster.RetryAsync(engine.SettleAsync);
        await EngineCluster.RetryAsync(engine.CheckpointAsync);
        Assert.Equal(neighbours["balm"].Next, (await Neighbours.ReadAsync(engine.Grains, s_products))["balm"].Next);
        Assert.Contains("serum", (await Neighbours.ReadAsync(engine.Grains, s_products))["brush"].Next);
    }

    /// <summary>Pages hold single visits, and are to be gone after a while whatever their size.</summary>
    [Fact]
    public async Task JournalThatIsOld_IsStoredAsAWhole()
    {
        var model = RecommendationModel.Default with { VisitsJournalAge = TimeSpan.FromMilliseconds(250) };
        await using var engine = await EngineCluster.StartAsync(1, model: model);
        var owner = engine.Grains.GetGrain<IVisitsFoldGrain>(WellKnownGrains.Default);
        var storage = ((InProcessSiloHandle)engine.Cluster.Silos[0]).ServiceProvider.GetRequiredKeyedService<IGrainStorage>(StorageNames.State);
        await engine.SendAsync(UserKey.Known("user"), Bought(), "balm");
        await engine.SendAsync(UserKey.Known("user"), Bought(), "brush");
        await engine.SettleAsync();
        await engine.CheckpointAsync();

        await EngineCluster.RetryAsync(async () =>
        {
            var (whole, page) = (new GrainState<VisitsState>(), new GrainState<JournalPage>());
            await storage.ReadStateAsync("visits", owner.GetGrainId(), whole);
            await storage.ReadStateAsync("visits-page-0", owner.GetGrainId(), page);
            Assert.True(whole is { RecordExists: true, State: { FirstPage: > 0, Popularity.Version: > 0 } } && !page.RecordExists);
        });
    }

    private static BehaviourPayload Bought() => new() { Action = BehaviourKind.Purchase };

    private static async Task<Dictionary<string, float>> PopularAsync(IVisitsFoldGrain owner) =>
        (await owner.GetPopularity(Grains.Snapshots.SnapshotPosition.None)).Rows.ToDictionary(static r => r.ProductId, static r => r.BySegment[0]);
}
