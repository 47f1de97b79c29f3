using Microsoft.Extensions.DependencyInjection;
using Personalization.Domain.Ingestion;
using Personalization.Grains;
using Personalization.Grains.Products;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;

namespace Personalization.Cluster.Tests;

/// <summary>From the log through the grains to what callers read.</summary>
[Collection("clusters, one after the other")]
public sealed class FoldTests
{
    private static readonly BehaviourPayload s_view = new() { Action = BehaviourKind.View, DwellMs = 2000 };

    [Fact]
    public async Task Event_IsFoldedIntoItsUserAndItsProduct()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var user = UserKey.Known("anna");
        var position = await engine.SendAsync(user, new TextFeedbackPayload("", "a good cream", "en"), "cream");
        var profile = await engine.Profile(user).GetProfile(position.Offset, CancellationToken.None);
        Assert.Equal(1, profile.EventCount);
        Assert.True(profile.Mood.Valence > 0.1, $"valence {profile.Mood.Valence}");

        await engine.CheckpointAsync();
        var sentiment = await engine.Grains.GetGrain<IProductGrain>("cream").GetSentiment();
        Assert.Equal(1, sentiment.Count);
        Assert.True(sentiment.Valence > 0);
    }

    [Fact]
    public async Task Review_WhenTheScorerIsBusy_WaitsForItsFeeling_AndAChatDoesNot()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var (writer, talker) = (UserKey.Known("wilma"), UserKey.Known("tara"));
        var text = new TextFeedbackPayload("", "whenever you get to it: a good cream", "en");
        var review = await engine.SendAsync(writer, text, "cream", channel: Channel.Review);
        var chat = await engine.SendAsync(talker, text, "cream", channel: Channel.Chat);
        var written = await engine.Profile(writer).GetProfile(review.Offset, CancellationToken.None);
        var talked = await engine.Profile(talker).GetProfile(chat.Offset, CancellationToken.None);
        Assert.True(written.Mood.Valence > 0.1, $"valence {written.Mood.Valence}");
        Assert.Equal(1, talked.EventCount);
        Assert.Equal(0, talked.Mood.Valence);
    }

    [Fact]
    public async Task Read_WithAnotherUsersOffsetInTheSamePartition_DoesNotWaitForEver()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var (first, second) = SamePartition(engine.Log.PartitionCount);
        var position = await engine.SendAsync(first, s_view, "p");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var profile = await engine.Profile(second).GetProfile(position.Offset, patience.Token);
        Assert.Equal(0, profile.EventCount);
    }

    [Fact]
    public async Task Recommend_RetriedWithTheSameId_GivesTheSameSlate_AndAnotherRequestIsRefused()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await FillCatalogAsync(engine, 30);
        var grain = engine.Grains.GetGrain<IUserRecommendationGrain>(UserKey.Known("rita").Value);
        var command = new RecommendCommand { RequestId = "r-1", PageSize = 5 };
        var first = await grain.Recommend(command, CancellationToken.None);
        var again = await grain.Recommend(command, CancellationToken.None);
        Assert.Equal(5, first.Items.Length);
        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        Assert.Equal(first.DecisionId, again.DecisionId);
        Assert.Equal(first.Items.Select(static i => i.ProductId), again.Items.Select(static i => i.ProductId));
        await Assert.ThrowsAsync<RequestIdReusedException>(
            () => grain.Recommend(command with { PageSize = 6 }, CancellationToken.None));
        await Assert.ThrowsAsync<RequestIdReusedException>(
            () => grain.Recommend(command with { OfflineScores = [0.1] }, CancellationToken.None));
    }

    [Fact]
    public async Task Recommend_ManyIds_KeepsTheLatestSixtyFour()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await FillCatalogAsync(engine, 30);
        var grain = engine.Grains.GetGrain<IUserRecommendationGrain>(UserKey.Known("rita").Value);
        for (var i = 0; i < 65; i++)
        {
            Assert.False(await IsReplayed(i));
        }

        Assert.True(await IsReplayed(1));
        Assert.True(await IsReplayed(64));
        Assert.False(await IsReplayed(0));
        Assert.False(await IsReplayed(1));
        Assert.True(await IsReplayed(3));

        async Task<bool> IsReplayed(int id) =>
            (await grain.Recommend(new RecommendCommand { RequestId = $"r-{id}", PageSize = 5 }, CancellationToken.None)).Replayed;
    }

    [Fact]
    public async Task Outcome_OfADecision_TeachesThePolicy_Once()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await FillCatalogAsync(engine, 30);
        var user = UserKey.Known("olga");
        var grain = engine.Grains.GetGrain<IUserRecommendationGrain>(user.Value);
        var slate = await grain.Recommend(new RecommendCommand { PageSize = 5 }, CancellationToken.None);
        Assert.Equal([DecisionStanding.Open, DecisionStanding.Unknown], await grain.FindDecisions([slate.DecisionId, "no-such"]));

        var click = new RecommendationOutcomePayload(slate.DecisionId, OutcomeKind.Click, 1, 0, null, "");
        var item = slate.Items[0].ProductId;
        await engine.SendAsync(user, click, item, "click-1");
        await engine.SendAsync(user, click, item, "click-1");
        await engine.SettleAsync();
        await engine.CheckpointAsync();

        var policy = engine.Grains.GetGrain<IPolicyFoldGrain>(WellKnownGrains.Default);
        var changes = new Domain.Recommendations.Policies.PolicyChangesCodec().Read((await policy.GetChanges(SnapshotPosition.None)).Body);
        Assert.Equal(1, changes.To);
        Assert.Equal(item, Assert.Single(changes.Items).ItemId);
    }

    [Fact]
    public async Task Purchases_ThatNobodyWasSeenLookingFor_AreLearnedAsGoingTogether()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var user = UserKey.Known("bea");
        var purchase = new BehaviourPayload { Action = BehaviourKind.Purchase };
        await engine.SendAsync(user, purchase, "brush");
        await engine.SendAsync(user, purchase, "powder");
        await engine.SettleAsync();
        await engine.CheckpointAsync();

        var rows = await Neighbours.ReadAsync(engine.Grains, "brush", "powder");
        Assert.Equal<string>(["powder"], rows["brush"].All);
        Assert.Equal<string>(["brush"], rows["powder"].All);
        Assert.Equal<string>(["powder"], rows["brush"].Next);
        Assert.Empty(rows["powder"].Next);
    }

    [Fact]
    public async Task Purchases_OfTheSameProduct_TellAfterHowLongItIsBoughtAgain_Once()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var user = UserKey.Known("bea");
        var purchase = new BehaviourPayload { Action = BehaviourKind.Purchase };
        var now = DateTimeOffset.UtcNow;
        await engine.SendAsync(user, purchase, "powder", "first", at: now.AddDays(-30));
        await engine.SendAsync(user, purchase, "powder", "second", at: now);
        await engine.SettleAsync();
        await engine.CheckpointAsync();

        var visits = engine.Grains.GetGrain<IVisitsFoldGrain>(WellKnownGrains.Default);
        var row = (await visits.GetPopularity(SnapshotPosition.None)).Rows.Single(static r => r.ProductId == "powder");
        Assert.Equal(1, row.Rhythm![1], 0.01);
        Assert.Equal(Math.Log(30), row.Rhythm[2] / row.Rhythm[1], 0.01);
    }

    [Fact]
    public async Task Graph_OnceItIsKnown_GetsAFactorModelInTheBackground()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await FillCatalogAsync(engine, 10);
        foreach (var product in new[] { "p1", "p2", "p3" })
        {
            await engine.SendAsync(UserKey.Known("bea"), s_view, product);
            await engine.SendAsync(UserKey.Known("bo"), s_view, product);
        }

        await engine.SettleAsync();
        var snapshots = engine.Cluster.Silos[0].ServiceProvider.GetRequiredService<EngineSnapshots>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (snapshots.Current is not { CoVisitation.Version: > 0, Factors: not null })
        {
            await Task.Delay(20, patience.Token);
        }

        Assert.InRange(snapshots.Current.Factors!.GraphVersion, 1, snapshots.Current.CoVisitation!.Version);
    }

    [Fact]
    public async Task Rules_OfARequest_KeepOutAndFavour()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await FillCatalogAsync(engine, 30);
        var grain = engine.Grains.GetGrain<IUserRecommendationGrain>(UserKey.Known("rita").Value);
        var plain = await grain.Recommend(new RecommendCommand { PageSize = 30 }, CancellationToken.None);
        var ruled = await grain.Recommend(
            new RecommendCommand
            {
                PageSize = 30,
                Rules = [new(plain.Items[0].ProductId, default, "", 0), new(plain.Items[1].ProductId, default, "", 10)],
            },
            CancellationToken.None);
        Assert.DoesNotContain(ruled.Items, item => item.ProductId == plain.Items[0].ProductId);
        Assert.Equal(10, ruled.Items.Single(item => item.ProductId == plain.Items[1].ProductId).Boost);
        Assert.All(plain.Items, static item => Assert.Equal(1, item.Boost));
    }

    [Fact]
    public async Task Merge_OfAVisitorIntoAUser_MovesEverythingOnce()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var visitor = UserKey.Anonymous("cookie");
        var user = UserKey.Known("mia");
        await engine.SendAsync(visitor, s_view, "p1");
        await engine.SendAsync(visitor, s_view, "p2");
        await engine.SendAsync(user, s_view, "p3");
        await engine.SendAsync(visitor, new IdentityMergedPayload(user));
        await engine.SettleAsync();
        var merged = await engine.Profile(user).GetProfile(0, CancellationToken.None);
        var left = await engine.Profile(visitor).GetProfile(0, CancellationToken.None);
        Assert.Equal(3, merged.EventCount);
        Assert.Equal(0, left.EventCount);
        Assert.Equal(["p3", "p2", "p1"], merged.RecentlyViewed);
    }

    [Fact]
    public async Task Deletion_LeavesNoKeptSlate()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await FillCatalogAsync(engine, 30);
        var user = UserKey.Known("dora");
        var grain = engine.Grains.GetGrain<IUserRecommendationGrain>(user.Value);
        var command = new RecommendCommand { RequestId = "r-1", PageSize = 5 };
        var first = await grain.Recommend(command, CancellationToken.None);
        var deleted = await engine.SendAsync(user, new UserDeletedPayload());
        await engine.Profile(user).GetProfile(deleted.Offset, CancellationToken.None);
        var after = await grain.Recommend(command, CancellationToken.None);
        Assert.False(after.Replayed);
        Assert.NotEqual(first.DecisionId, after.DecisionId);
    }

    [Fact]
    public async Task Deletion_LeavesAProfileOfNobody()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var user = UserKey.Known("dora");
        await engine.SendAsync(user, s_view, "p1");
        var position = await engine.SendAsync(user, new UserDeletedPayload());
        var profile = await engine.Profile(user).GetProfile(position.Offset, CancellationToken.None);
        Assert.Equal(0, profile.EventCount);
        Assert.Empty(profile.RecentlyViewed);
    }

    internal static async Task FillCatalogAsync(EngineCluster engine, int products)
    {
        var catalog = engine.Grains.GetGrain<ICatalogGrain>(WellKnownGrains.Default);
        var version = await catalog.Upsert([.. Enumerable.Range(0, products).Select(static i => new ProductMessage
        {
            ProductId = $"product-{i}",
            Brand = $"brand-{i % 3}",
            CategoryPath = ["care", $"kind-{i % 4}"],
            Price = 10 + i,
            Currency = "EUR",
            InStock = true,
            LaunchedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        })]);

        // The silos hear of it by themselves; a slate says of which version it is.
        var reader = engine.Grains.GetGrain<IUserRecommendationGrain>(UserKey.Known("catalog-reader").Value);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await reader.Recommend(new RecommendCommand(), patience.Token)).CatalogVersion < version)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static (UserKey First, UserKey Second) SamePartition(int partitions)
    {
        var first = UserKey.Known("first");
        var second = Enumerable.Range(0, 1000).Select(static i => UserKey.Known($"other-{i}"))
            .First(other => Partitions.Of(other, partitions) == Partitions.Of(first, partitions));
        return (first, second);
    }
}
