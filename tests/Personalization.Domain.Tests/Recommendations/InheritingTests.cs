using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations;

/// <summary>A product that nobody has seen starts where those like it stand, and ends where it belongs.</summary>
public sealed class InheritingTests
{
    private const string LikeLoved = "like-loved";
    private const string LikeHated = "like-hated";
    private const string LikeNothing = "like-nothing";

    private static readonly Recommender s_inheriting = new(new RecommenderOptions { Exploration = new Greedy(), StrangerExploration = new Greedy() });
    private static readonly Recommender s_alone = new(
        new RecommenderOptions { Exploration = new Greedy(), StrangerExploration = new Greedy(), InheritFromAlike = false });

    private static readonly CatalogSnapshot s_catalog = CatalogSnapshot.Empty.With(
        new CatalogChanges
        {
            Upserted =
            [
                .. Enumerable.Range(0, 6).SelectMany(static n => new[] { SampleProducts.Make($"loved{n}", "Birch"), SampleProducts.Make($"hated{n}", "Cedar") }),
                SampleProducts.Make(LikeLoved, "Birch"), SampleProducts.Make(LikeHated, "Cedar"), SampleProducts.Make(LikeNothing, "Alder", ["hair", "wash", "dry"]),
            ],
        },
        1);

    [Fact]
    public void Recommend_NewProductLikeLovedOnes_StandsAboveOneLikeHatedOnes()
    {
        var policy = Read(Learned());
        var (inheriting, alone) = (Scores(s_inheriting, policy), Scores(s_alone, policy));
        Assert.True(
            inheriting[LikeLoved] > inheriting[LikeHated] + 0.1,
            $"{inheriting[LikeLoved]:F3} like loved ones, {inheriting[LikeHated]:F3} like hated ones.");
        Assert.Equal(alone[LikeLoved], alone[LikeHated], 1e-3);
        Assert.Equal(alone[LikeNothing], inheriting[LikeNothing], 0.1);
    }

    [Fact]
    public void Recommend_NewProductIsNotLikeItsNeighbours_EndsAtItsOwnRecord()
    {
        var state = Learned();
        var apart = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            Teach(state, LikeLoved, 0, 300 << round);
            var policy = Read(state);
            var now = Scores(s_inheriting, policy)[LikeLoved] - Scores(s_alone, policy)[LikeLoved];
            Assert.InRange(now, 0, apart);
            apart = now;
        }

        Assert.InRange(apart, 0, 0.01);
        var scores = Scores(s_inheriting, Read(state));
        Assert.True(scores[LikeLoved] < scores["loved0"] - 0.5);
    }

    /// <summary>Shoppers are told that it is by others that it is thought good.</summary>
    [Fact]
    public void Recommend_ExplainedProductThatInherits_SaysSo()
    {
        var item = Rank(s_inheriting, Read(Learned()), explain: true).Items.Single(static i => i.ItemId == LikeLoved);
        var reason = item.Reasons.Single(static r => r.Signal == ReasonSignals.LearnedAlike);
        Assert.Equal(Scores(s_inheriting, Read(Learned()))[LikeLoved] - Scores(s_alone, Read(Learned()))[LikeLoved], reason.Contribution, 1e-4);
        Assert.DoesNotContain(item.Reasons, static r => r.Signal == ReasonSignals.Learned);
    }

    private static PolicyStatistics Learned()
    {
        var state = new PolicyStatistics(FeatureSchema.Shape, new HybridRidgeOptions { Prior = [.. FeatureSchema.PriorWeights()] });
        for (var n = 0; n < 6; n++)
        {
            Teach(state, $"loved{n}", 1, 100);
            Teach(state, $"hated{n}", 0, 100);
        }

        return state;
    }

    private static void Teach(PolicyStatistics state, string item, float reward, int times)
    {
        var lesson = new PolicyUpdate
        {
            Kind = PolicyUpdateKind.Observation, Offset = 0, ItemId = item, Position = 1, Reward = reward, PolicyVersion = 0,
            FeatureVersion = FeatureSchema.Version,
            User = [64, .. new sbyte[FeatureSchema.UserCount - 1]],
            Item = [64, .. new sbyte[FeatureSchema.ItemCount - 1]],
        };
        for (var i = 0; i < times; i++)
        {
            var at = state.Offsets.Of(0);
            state.Apply(0, at, at + 1, [lesson with { Offset = at + 1 }]);
        }
    }

    private static PolicySnapshot Read(PolicyStatistics state) => PolicySnapshot.Create(state.ChangesSince(0), s_catalog.Directory);

    private static Dictionary<string, double> Scores(Recommender recommender, PolicySnapshot policy) =>
        Rank(recommender, policy).Items.ToDictionary(static i => i.ItemId, static i => (double)i.Score);

    private static Slate Rank(Recommender recommender, PolicySnapshot policy, bool explain = false) => recommender.Recommend(
        new RecommendInput
        {
            User = UserKey.Known("u1"),
            Request = new RecommendRequest
            {
                PageSize = 20, Explain = explain, Candidates = ["loved0", "hated0", LikeLoved, LikeHated, LikeNothing],
            },
            DecisionId = "d",
            Now = SampleProducts.Now,
            Catalog = s_catalog,
            Policy = policy,
            CoVisitation = CoVisitationSnapshot.Empty,
        },
        new RecommendWorkspace());
}
