using System.Collections.Immutable;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Interventions;
using Personalization.Grains.Products;
using Personalization.Grains.Profiles;
using Personalization.Grains.Recommendations;

namespace Personalization.Cluster.Tests.Ingestion;

/// <summary>Feelings that nobody read in time: the profile goes on without them and says so, and each is folded in later, once.</summary>
[Collection("clusters, one after the other")]
public sealed class LateFeelingTests
{
    private const string ShortTimeout = "00:00:00.030";
    private static readonly UserKey s_user = UserKey.Known("lena");
    private static readonly TextFeedbackPayload s_praise = new("", "a good cream", "en");

    [Fact]
    public async Task Feeling_MissedInTime_IsSaidToBePending_AndFoldedInOnceRead()
    {
        var scorer = new JammedScorer();
        await using var engine = await EngineCluster.StartAsync(1, scorer: scorer, scoringTimeout: ShortTimeout);
        var position = await engine.SendAsync(s_user, s_praise, "cream", channel: Channel.Chat);

        var before = await engine.Profile(s_user).GetProfile(position.Offset, CancellationToken.None);
        var slate = await engine.Grains.GetGrain<IUserRecommendationGrain>(s_user.Value).Recommend(new RecommendCommand(), CancellationToken.None);
        var decision = await engine.Grains.GetGrain<IUserInterventionGrain>(s_user.Value).Decide(
            new DecideCommand { Touchpoint = Touchpoint.Cart }, CancellationToken.None);
        Assert.Equal((1, 1, 0), (before.EventCount, before.PendingFeelings, before.Mood.Valence));
        Assert.Contains(slate.Degraded, static d => d.Reason == "FEELING_PENDING");
        Assert.Contains(decision.Degraded, static d => d.Reason == "FEELING_PENDING");

        scorer.LetGo();
        var after = await UntilReadAsync(engine, s_user, position.Offset);
        var whole = await engine.Grains.GetGrain<IUserRecommendationGrain>(s_user.Value).Recommend(new RecommendCommand(), CancellationToken.None);
        Assert.Equal((1, 0), (after.EventCount, after.PendingFeelings));
        Assert.Equal(1, Assert.Single(after.Sources).Count);
        Assert.True(after.Mood.Valence > 0.1, $"valence {after.Mood.Valence}");
        Assert.DoesNotContain(whole.Degraded, static d => d.Reason == "FEELING_PENDING");

        await engine.CheckpointAsync();
        var sentiment = await engine.Grains.GetGrain<IProductGrain>("cream").GetSentiment();
        Assert.Equal(1, sentiment.Count);
        Assert.True(sentiment.Valence > 0);
    }

    [Fact]
    public async Task Feeling_OfAConsentThatIsGone_IsNeverRead()
    {
        var scorer = new JammedScorer();
        await using var engine = await EngineCluster.StartAsync(1, scorer: scorer, scoringTimeout: ShortTimeout);
        var position = await engine.SendAsync(s_user, s_praise, "cream", channel: Channel.Chat);
        var withdrawn = ConsentRecord.Silent.With(Modality.Text, granted: false).Encode();
        var change = await engine.SendAsync(s_user, new ConsentChangedPayload(ImmutableArray.Create(withdrawn)));
        await ReachAsync(engine, change.Partition, change.Offset);

        scorer.LetGo();
        var after = await UntilReadAsync(engine, s_user, position.Offset);
        Assert.Equal(0, after.Mood.Valence);
        Assert.Equal(0, scorer.Read);
    }

    [Fact]
    public async Task Feeling_OwedToAVisitorWhoSignsIn_FollowsToTheKnownShopper()
    {
        var scorer = new JammedScorer();
        await using var engine = await EngineCluster.StartAsync(1, scorer: scorer, scoringTimeout: ShortTimeout);
        var visitor = UserKey.Anonymous("visitor");
        await engine.SendAsync(visitor, s_praise, "cream", channel: Channel.Chat);
        var merge = await engine.SendAsync(visitor, new IdentityMergedPayload(s_user));
        await ReachAsync(engine, merge.Partition, merge.Offset);
        var before = await engine.Profile(s_user).GetProfile(0, CancellationToken.None);
        var left = await engine.Profile(visitor).GetProfile(0, CancellationToken.None);
        Assert.Equal((1, 1, 0), (before.EventCount, before.PendingFeelings, before.Mood.Valence));
        Assert.Equal((0, 0), (left.EventCount, left.PendingFeelings));

        scorer.LetGo();
        await ReachAsync(engine, merge.Partition, merge.Offset + 1);
        var after = await engine.Profile(s_user).GetProfile(0, CancellationToken.None);
        Assert.Equal((1, 0), (after.EventCount, after.PendingFeelings));
        Assert.True(after.Mood.Valence > 0.1, $"valence {after.Mood.Valence}");
        Assert.Equal(0, (await engine.Profile(visitor).GetProfile(0, CancellationToken.None)).Mood.Valence);
    }

    [Fact]
    public async Task Feeling_OwedToAVisitor_IsNotReadWhenTheKnownShopperForbidsIt()
    {
        var scorer = new JammedScorer();
        await using var engine = await EngineCluster.StartAsync(1, scorer: scorer, scoringTimeout: ShortTimeout);
        var visitor = UserKey.Anonymous("visitor");
        await engine.SendAsync(visitor, s_praise, "cream", channel: Channel.Chat);
        var denied = ConsentRecord.Silent.With(Modality.Text, granted: false).Encode();
        var change = await engine.SendAsync(s_user, new ConsentChangedPayload(ImmutableArray.Create(denied)));
        await ReachAsync(engine, change.Partition, change.Offset);
        var merge = await engine.SendAsync(visitor, new IdentityMergedPayload(s_user));
        await ReachAsync(engine, merge.Partition, merge.Offset);

        scorer.LetGo();
        await ReachAsync(engine, merge.Partition, merge.Offset + 1);
        var after = await engine.Profile(s_user).GetProfile(0, CancellationToken.None);
        Assert.Equal((0, 0, 0), (after.EventCount, after.PendingFeelings, after.Mood.Valence));
        Assert.Equal(0, scorer.Read);
    }

    [Fact]
    public async Task Feelings_OwedWhenSilosDie_CountOnceAllTheSame()
    {
        // No checkpoint is made: what dies with a silo is replayed from the beginning, by then with a scorer that is well.
        const int Users = 12;
        var scorer = new JammedScorer();
        await using var engine = await EngineCluster.StartAsync(3, "00:10:00", scorer: scorer, scoringTimeout: ShortTimeout);
        for (var u = 0; u < Users; u++)
        {
            await engine.SendAsync(User(u), s_praise, "cream", channel: Channel.Chat);
        }

        await engine.SettleAsync();
        Assert.All(await ProfilesAsync(engine, Users), static p => Assert.Equal(1, p.PendingFeelings));

        await engine.Cluster.KillSiloAsync(engine.Cluster.Silos[1]);
        scorer.LetGo();
        await EngineCluster.RetryAsync(engine.SettleAsync);
        await AllReadAsync(engine, Users);
        await engine.Cluster.KillSiloAsync(engine.Cluster.Silos[1]);
        await EngineCluster.RetryAsync(engine.SettleAsync);

        // What a shopper has lost shows when they are to persist it: the partition goes back, and the next checkpoint has all.
        await EngineCluster.RetryAsync(engine.CheckpointAsync);
        await AllReadAsync(engine, Users);
        await EngineCluster.RetryAsync(engine.CheckpointAsync);

        Assert.All(await ProfilesAsync(engine, Users), static p =>
        {
            Assert.Equal(1, p.EventCount);
            Assert.Equal(1, Assert.Single(p.Sources).Count);
            Assert.True(p.Mood.Valence > 0.1);
        });
        Assert.Equal(Users, (await engine.Grains.GetGrain<IProductGrain>("cream").GetSentiment()).Count);
    }

    private static Task AllReadAsync(EngineCluster engine, int users) =>
        Task.WhenAll(Enumerable.Range(0, users).Select(u => UntilReadAsync(engine, User(u), 0)));

    /// <summary>Waits for one record after another of the user's partition, until one has brought what was owed.</summary>
    private static async Task<ProfileView> UntilReadAsync(EngineCluster engine, UserKey user, long after)
    {
        var partition = Partitions.Of(user, engine.Log.PartitionCount);
        while (true)
        {
            // In this order: what is applied in between is seen in the profile.
            var applied = (await engine.Grains.GetGrain<IIngestionPartitionGrain>(partition).GetProgress()).Applied;
            var profile = await engine.Profile(user).GetProfile(0, CancellationToken.None);
            if (profile is { Offset: > 0, PendingFeelings: 0 })
            {
                return profile;
            }

            await ReachAsync(engine, partition, Math.Max(after, applied) + 1);
        }
    }

    private static Task<ProfileView[]> ProfilesAsync(EngineCluster engine, int users) =>
        Task.WhenAll(Enumerable.Range(0, users).Select(u => engine.Profile(User(u)).GetProfile(0, CancellationToken.None)));

    private static async Task ReachAsync(EngineCluster engine, int partition, long offset)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(25));
        await engine.Grains.GetGrain<IIngestionPartitionGrain>(partition).WaitForApplied(offset, patience.Token);
    }

    private static UserKey User(int number) => UserKey.Known($"user-{number}");
}
