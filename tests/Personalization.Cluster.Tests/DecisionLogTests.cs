using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Recommendations;

namespace Personalization.Cluster.Tests;

/// <summary>Every reward that was joined to a decision is in the decision log, once.</summary>
[Collection("clusters, one after the other")]
public sealed class DecisionLogTests
{
    private const int Users = 12;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task JoinedDecisions_AreInTheLogOnceWithTheirPropensity_AlsoAfterAReplay(bool killed)
    {
        // No checkpoint but those that are asked for: what a silo takes with it is replayed from the beginning.
        await using var engine = await EngineCluster.StartAsync(1, "00:10:00");
        var first = engine.Cluster.Silos[0];
        await FoldTests.FillCatalogAsync(engine, 30);
        var slates = new List<(UserKey User, SlateReply Slate)>();
        for (var u = 0; u < Users; u++)
        {
            var user = UserKey.Known($"user-{u}");
            var slate = await engine.Grains.GetGrain<IUserRecommendationGrain>(user.Value)
                .Recommend(new RecommendCommand { PageSize = 4 }, CancellationToken.None);
            slates.Add((user, slate));
            await TellAsync(engine, user, slate, OutcomeKind.Click, item: 1);
            await TellAsync(engine, user, slate, OutcomeKind.AddToCart, item: 1);
            await TellAsync(engine, user, slate, OutcomeKind.Click, item: 3);
        }

        await engine.SettleAsync();
        await LoggedAsync(engine, Users * 3);
        if (killed)
        {
            await engine.Cluster.StartAdditionalSiloAsync();
            await engine.Cluster.KillSiloAsync(first);
            await EngineCluster.RetryAsync(() => WakeAsync(engine));
            await EngineCluster.RetryAsync(engine.SettleAsync);
        }

        await EngineCluster.RetryAsync(engine.CheckpointAsync);
        var lines = await ReadAsync(engine);
        Assert.Equal(Users * 3, lines.Count);
        foreach (var (user, slate) in slates)
        {
            AssertLine(lines, user, slate, 1, PolicyUpdateKind.Observation);
            AssertLine(lines, user, slate, 1, PolicyUpdateKind.Amendment);
            AssertLine(lines, user, slate, 3, PolicyUpdateKind.Observation);
        }
    }

    [Fact]
    public async Task JoinedDecisions_OfACascade_AreWhatWasLookedAt()
    {
        await using var engine = await EngineCluster.StartAsync(1, examination: "cascade");
        await FoldTests.FillCatalogAsync(engine, 30);
        var user = UserKey.Known("looks-down");
        var slate = await engine.Grains.GetGrain<IUserRecommendationGrain>(user.Value)
            .Recommend(new RecommendCommand { PageSize = 4 }, CancellationToken.None);
        await TellAsync(engine, user, slate, OutcomeKind.Impression, item: 4);
        await TellAsync(engine, user, slate, OutcomeKind.Click, item: 3);

        // The log's time closes the window.
        await engine.SendAsync(user, new BehaviourPayload { Action = BehaviourKind.Search }, at: DateTimeOffset.UtcNow.AddHours(1));
        await engine.SettleAsync();
        await engine.CheckpointAsync();
        var lines = (await ReadAsync(engine)).Select(static l => (l.Line.Slot, l.Line.Reward, l.Line.Kind)).Order().ToArray();
        Assert.Equal([(1, 0f, PolicyUpdateKind.Observation), (2, 0f, PolicyUpdateKind.Observation), (3, 1f, PolicyUpdateKind.Observation)], lines);
    }

    [Fact]
    public async Task Deletion_TakesTheUsersLinesWithIt()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await FoldTests.FillCatalogAsync(engine, 30);
        foreach (var user in new[] { UserKey.Known("stays"), UserKey.Known("goes") })
        {
            var slate = await engine.Grains.GetGrain<IUserRecommendationGrain>(user.Value)
                .Recommend(new RecommendCommand { PageSize = 4 }, CancellationToken.None);
            await TellAsync(engine, user, slate, OutcomeKind.Click, item: 1);
        }

        await engine.SendAsync(UserKey.Known("goes"), new UserDeletedPayload());
        await engine.SettleAsync();
        await engine.CheckpointAsync();
        Assert.Equal(UserKey.Known("stays"), Assert.Single(await ReadAsync(engine)).User);
    }

    private static void AssertLine(
        IEnumerable<(UserKey User, JoinedReward Line)> lines, UserKey user, SlateReply slate, int item, PolicyUpdateKind kind)
    {
        var shown = slate.Items[item - 1];
        var (owner, line) = Assert.Single(
            lines, l => l.Line.DecisionId == slate.DecisionId && l.Line.ItemId == shown.ProductId && l.Line.Kind == kind);
        Assert.Equal(user, owner);
        Assert.Equal(shown.Propensity, line.Propensity, 1e-6);
        Assert.Equal(item, line.Slot);
        Assert.Equal(FeatureSchema.Version, line.FeatureVersion);
        Assert.Equal(FeatureSchema.UserCount, line.User.Length);
        Assert.True(line.Reward > 0, $"reward {line.Reward}");
    }

    internal static Task TellAsync(EngineCluster engine, UserKey user, SlateReply slate, OutcomeKind kind, int item) =>
        engine.SendAsync(user, new RecommendationOutcomePayload(slate.DecisionId, kind, item, 0, null, ""), slate.Items[item - 1].ProductId);

    // A killed silo's partitions begin again where somebody asks for them.
    internal static async Task WakeAsync(EngineCluster engine)
    {
        for (var partition = 0; partition < engine.Log.PartitionCount; partition++)
        {
            await engine.Grains.GetGrain<IIngestionPartitionGrain>(partition).GetProgress();
        }
    }

    /// <summary>Waits until so many lines are there: contributions go out at the next tick.</summary>
    private static async Task LoggedAsync(EngineCluster engine, int lines)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await ReadAsync(engine)).Count < lines)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    internal static async Task<List<(UserKey User, JoinedReward Line)>> ReadAsync(EngineCluster engine)
    {
        var lines = new List<(UserKey, JoinedReward)>();
        await foreach (var logged in engine.Decisions.ScanAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, CancellationToken.None))
        {
            Assert.True(DecisionLogLine.TryDecode(logged.Body.Span, out var line));
            lines.Add((logged.User, JoinedReward.Decode(line.Reward.Span)));
        }

        return lines;
    }
}
