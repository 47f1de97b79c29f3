using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Grains;
using Personalization.Grains.Interventions;
using Personalization.Grains.Products;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;

namespace Personalization.Cluster.Tests;

/// <summary>What shoppers have not agreed to leads to nothing beyond them, also after a replay.</summary>
[Collection("clusters, one after the other")]
public sealed class ConsentTests
{
    private static readonly UserKey s_private = UserKey.Known("private");
    private static readonly UserKey s_open = UserKey.Known("open");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Event_WithoutAnalytics_CountsForItsShopperAlone_AlsoAfterAReplay(bool killed)
    {
        // No checkpoint but those that are asked for: what a silo takes with it is replayed from the beginning.
        await using var engine = await EngineCluster.StartAsync(1, "00:10:00");
        var first = engine.Cluster.Silos[0];
        var love = new TextFeedbackPayload("", "a good cream", "en");
        var purchase = new BehaviourPayload { Action = BehaviourKind.Purchase };
        await engine.SendAsync(s_private, love, "cream");
        await SayAsync(engine, ConsentPurpose.Analytics, granted: false);
        await engine.SendAsync(s_private, love, "cream");
        await engine.SendAsync(s_private, purchase, "brush");
        await engine.SendAsync(s_private, purchase, "powder");
        await engine.SendAsync(s_open, love, "cream");
        await engine.SettleAsync();
        if (killed)
        {
            await engine.Cluster.StartAdditionalSiloAsync();
            await engine.Cluster.KillSiloAsync(first);
            await EngineCluster.RetryAsync(() => DecisionLogTests.WakeAsync(engine));
            await EngineCluster.RetryAsync(engine.SettleAsync);
        }

        await EngineCluster.RetryAsync(engine.CheckpointAsync);
        Assert.Equal(2, (await engine.Grains.GetGrain<IProductGrain>("cream").GetSentiment()).Count);
        Assert.Equal(4, (await engine.Profile(s_private).GetProfile(0, CancellationToken.None)).EventCount);
        Assert.Empty(await Neighbours.ReadAsync(engine.Grains, "brush", "powder"));

        await SayAsync(engine, ConsentPurpose.Analytics, granted: true);
        await engine.SendAsync(s_private, love, "cream");
        await engine.SettleAsync();
        await engine.CheckpointAsync();
        Assert.Equal(3, (await engine.Grains.GetGrain<IProductGrain>("cream").GetSentiment()).Count);
    }

    [Fact]
    public async Task Outcome_WithoutModelTraining_TeachesNobody()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await FoldTests.FillCatalogAsync(engine, 30);
        await SayAsync(engine, ConsentPurpose.ModelTraining, granted: false);
        await engine.SettleAsync();
        foreach (var user in new[] { s_private, s_open })
        {
            var slate = await engine.Grains.GetGrain<IUserRecommendationGrain>(user.Value)
                .Recommend(new RecommendCommand { PageSize = 4 }, CancellationToken.None);
            await DecisionLogTests.TellAsync(engine, user, slate, OutcomeKind.Click, item: 1);
        }

        await engine.SettleAsync();
        await engine.CheckpointAsync();
        Assert.Equal(s_open, Assert.Single(await DecisionLogTests.ReadAsync(engine)).User);
        var policy = engine.Grains.GetGrain<IPolicyFoldGrain>(WellKnownGrains.Default);
        var changes = new PolicyChangesCodec().Read((await policy.GetChanges(SnapshotPosition.None)).Body);
        Assert.Equal(1, changes.To);
    }

    [Fact]
    public async Task InterventionOutcome_WithoutModelTraining_TeachesNothingButWhatItCost()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await SayAsync(engine, ConsentPurpose.ModelTraining, granted: false);
        await engine.SettleAsync();
        var decision = await engine.Grains.GetGrain<IUserInterventionGrain>(s_private.Value)
            .Decide(new DecideCommand { Touchpoint = Touchpoint.Cart }, CancellationToken.None);
        var outcome = new InterventionOutcomePayload(decision.DecisionId, Shown: true, Accepted: true, Converted: true, 50, 20, 3, "EUR");
        await engine.SendAsync(s_private, outcome);
        await engine.SettleAsync();
        await engine.CheckpointAsync();
        var grain = engine.Grains.GetGrain<IInterventionPolicyFoldGrain>(WellKnownGrains.Default);
        var learned = new InterventionStatisticsCodec().Read((await grain.GetStatistics(SnapshotPosition.None)).Body);
        Assert.Equal(3, learned.SpentToday);
        var options = new InterventionOptions();
        foreach (var action in InterventionActions.All.ToArray())
        {
            Assert.Equal(
                new InterventionStatistics().ToModel().Conversion(action, default, options), learned.ToModel().Conversion(action, default, options));
        }
    }

    [Fact]
    public async Task EventThatCannotBeFoldedIn_IsSetAsideAsTheLogHasIt_AndTheNextOneCounts()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var position = await engine.SendAsync(s_open, new ConsentChangedPayload([99]), id: "spoiled");
        await engine.SendAsync(s_open, new BehaviourPayload { Action = BehaviourKind.View, DwellMs = 2000 }, "p");
        await engine.SettleAsync();
        var aside = Assert.Single(await engine.Rejected.ListAsync(new RejectedEventFilter(null, RejectedEvent.FoldFailed), long.MaxValue, 10, CancellationToken.None)).Event;
        var logged = (await engine.Log.ReadAsync(position.Partition, position.Offset - 1, 1, CancellationToken.None))[0];
        Assert.Equal(("spoiled", s_open.Value, IngestStatus.Quarantined), (aside.EventId, aside.User, aside.Status));
        Assert.Equal(logged.Body.ToArray(), aside.Body.ToArray());
        Assert.Contains("FormatException", aside.Detail, StringComparison.Ordinal);
        Assert.Equal(1, (await engine.Profile(s_open).GetProfile(0, CancellationToken.None)).EventCount);
        Assert.Equal(1, await engine.Rejected.RemoveUserAsync(s_open, CancellationToken.None));
    }

    private static Task SayAsync(EngineCluster engine, ConsentPurpose purpose, bool granted) =>
        engine.SendAsync(s_private, new ConsentChangedPayload([.. ConsentRecord.Silent.With(purpose, granted).Encode()]));
}
