using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations;

/// <summary>A shop that brings a ranker of its own along: what it says counts from the first slate on, and only for as long as it is true.</summary>
public sealed class OfflineRankerTests
{
    private const int Slots = 4;
    private const int Shown = 50;

    private static readonly ProductFacts[] s_products = [.. Enumerable.Range(0, 60).Select(static n => SampleProducts.Make($"p{n}"))];

    private static readonly RecommendRequest s_page = new() { PageSize = Slots, Candidates = [.. s_products.Select(static p => p.ProductId)] };

    [Fact]
    public void Recommend_RankerIsRight_FirstSlatesAreBetterThanWithout()
    {
        var (with, without) = (ChanceAfter(0, ChanceOf), ChanceAfter(0, static _ => null));
        Assert.True(with > 1.5 * without, $"{with:F3} with it, {without:F3} without.");
    }

    /// <summary>It puts what shoppers like at the end. As soon as pages of all kinds were seen, that is known for what it is.</summary>
    [Fact]
    public void Recommend_RankerMisleads_IsUnlearned()
    {
        static double? Misleading(string id) => ChanceOf(id) > 0.1 ? 0 : 0.05 + (0.03 * (id[^1] - '0'));
        var (atFirst, later, without) = (ChanceAfter(0, Misleading), ChanceAfter(2000, Misleading), ChanceAfter(2000, static _ => null));
        Assert.True(later > 2 * atFirst, $"{atFirst:F3} at first, {later:F3} later.");
        Assert.True(later > 0.8 * without, $"{later:F3} in the end, {without:F3} without it.");
    }

    [Fact]
    public void Recommend_GivenCandidatesWithScores_AreRankedByThem()
    {
        var catalog = Shop(static _ => null);
        string[] ids = ["p1", "p2", "p3", "p4"];
        var plain = Rank(catalog, new RecommendRequest { Candidates = [.. ids] });
        var scored = Rank(catalog, new RecommendRequest { Candidates = [.. ids], OfflineScores = [0.1, double.NaN, 0.2, -0.1], Explain = true });
        Assert.Equal(["p3", "p1", "p2", "p4"], scored.Items.Select(static i => i.ItemId));
        Assert.Equal(0.2 - 0.1, scored.Items[0].Score - scored.Items[1].Score, 0.003);
        Assert.Equal(plain.Items.Single(static i => i.ItemId == "p2").Score, scored.Items[2].Score);
        Assert.Equal(ReasonSignals.OfflineScore, scored.Items[0].Reasons[0].Signal);
        Assert.DoesNotContain(scored.Items[3].Reasons, static r => r.Signal == ReasonSignals.OfflineScore);
    }

    [Fact]
    public void Recommend_CandidateWithAScore_IsTakenAtTheRequestsWordAndNotTheCatalogues()
    {
        var request = new RecommendRequest { Candidates = ["p1", "p2"], OfflineScores = [0.1, double.NaN] };
        var said = Rank(Shop(static _ => 0.2), request);
        Assert.Equal(["p2", "p1"], said.Items.Select(static i => i.ItemId));
        Assert.Equal(0.2 - 0.1, said.Items[0].Score - said.Items[1].Score, 0.003);
    }

    /// <summary>Candidates that the catalogue lacks leave no score behind for others.</summary>
    [Fact]
    public void Recommend_UnknownCandidatesBetween_EachKeepsItsOwnScore()
    {
        var slate = Rank(Shop(static _ => null), new RecommendRequest { Candidates = ["gone", "p1", "gone too", "p2"], OfflineScores = [3, 0.1, 3, 0.2] });
        Assert.Equal(["p2", "p1"], slate.Items.Select(static i => i.ItemId));
        Assert.InRange(slate.Items[0].Score, 0.1, 0.3);
    }

    private static double? ChanceOf(string id) => id[^1] == '7' ? 0.3 : 0.05;

    private static CatalogSnapshot Shop(Func<string, double?> score) => CatalogSnapshot.Empty.With(
        new CatalogChanges { Upserted = [.. s_products.Select(p => p with { OfflineScore = score(p.ProductId) })] }, 1);

    /// <summary>How likely what is shown is clicked, once so many pages that were drawn by lot have taught what shoppers like.</summary>
    private static double ChanceAfter(int pages, Func<string, double?> score)
    {
        var catalog = Shop(score);
        var policy = Learned(catalog, pages);
        var (recommender, workspace) = (new Recommender(), new RecommendWorkspace());
        return Enumerable.Range(0, Shown).Average(
            i => recommender.Recommend(InputOf(catalog, policy, s_page, $"shown {i}"), workspace).Items.Average(static item => ChanceOf(item.ItemId)!.Value));
    }

    private static PolicySnapshot Learned(CatalogSnapshot catalog, int pages)
    {
        var state = new PolicyStatistics(
            FeatureSchema.Shape, new HybridRidgeOptions { Examination = ExaminationCurve.Flat, Prior = [.. FeatureSchema.PriorWeights()] });
        var byLot = new Recommender(new RecommenderOptions { Exploration = new UniformRule(), StrangerExploration = new UniformRule() });
        var (workspace, luck) = (new RecommendWorkspace(), new SeededRandom(9));
        for (var t = 1; t <= pages; t++)
        {
            var slate = byLot.Recommend(InputOf(catalog, null, s_page, $"d{t}"), workspace);
            var rewards = slate.Items.Select(i => luck.NextUnit() < ChanceOf(i.ItemId) ? 1f : 0f).ToArray();
            state.Apply(0, t - 1, t, Lessons(slate.Decision, rewards, t));
        }

        return PolicySnapshot.Create(state.ChangesSince(0), catalog.Directory);
    }

    private static Slate Rank(CatalogSnapshot catalog, RecommendRequest request) =>
        new Recommender(new RecommenderOptions { Exploration = new Greedy(), StrangerExploration = new Greedy() })
            .Recommend(InputOf(catalog, null, request with { Diversity = 0 }, "d"), new RecommendWorkspace());

    private static RecommendInput InputOf(CatalogSnapshot catalog, PolicySnapshot? policy, RecommendRequest request, string decision) => new()
    {
        User = UserKey.Known("u1"),
        Request = request,
        DecisionId = decision,
        Now = SampleProducts.Now,
        Catalog = catalog,
        Policy = policy,
        CoVisitation = CoVisitationSnapshot.Empty,
    };

    private static PolicyUpdate[] Lessons(Decision decision, float[] rewards, int offset) => [.. decision.Items.Select((item, i) => new PolicyUpdate
    {
        Kind = PolicyUpdateKind.Observation,
        Offset = offset,
        ItemId = item.ItemId,
        User = decision.User,
        Item = item.Features,
        Position = i + 1,
        Reward = rewards[i],
        PolicyVersion = decision.PolicyVersion,
        FeatureVersion = decision.FeatureVersion,
    })];
}
