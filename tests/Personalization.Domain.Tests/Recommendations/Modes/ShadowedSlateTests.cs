using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Modes;

/// <summary>Slates with a policy in the shadow, and those of an apprentice.</summary>
public sealed class ShadowedSlateTests
{
    private static readonly CatalogSnapshot s_catalog = RecommenderTests.MakeCatalog(400);
    private static readonly PolicySnapshot s_live = RecommenderTests.MakePolicy(s_catalog);
    private static readonly PolicySnapshot s_other = RecommenderTests.MakePolicy(s_catalog, seed: 11);
    private static readonly float[] s_profile = RecommenderTests.MakeProfile();
    private static readonly RecommendRequest s_twelve = new()
    {
        Candidates = [.. Enumerable.Range(4, 12).Select(static n => $"p{n}")], PageSize = 4, Diversity = 0.5f,
    };

    private readonly RecommendWorkspace _workspace = new();

    [Fact]
    public void Recommend_WithAShadow_ShowsTheSame()
    {
        for (var i = 0; i < 50; i++)
        {
            var plain = Recommend(new RecommendRequest(), $"d{i}", ModesSnapshot.Plain);
            var shadowed = Recommend(new RecommendRequest(), $"d{i}", Shadowed(s_other, new EpsilonGreedy(0.2)));
            Assert.Equal(
                plain.Items.Select(static x => (x.ItemId, x.Propensity, x.Score)), shadowed.Items.Select(static x => (x.ItemId, x.Propensity, x.Score)));
            Assert.Null(plain.Decision.Shadow);
            Assert.Equal((7L, 10), (shadowed.Decision.Shadow!.Number, shadowed.Decision.Shadow.Propensities.Length));
        }
    }

    /// <summary>A policy in its own shadow weighs exactly 1: the log is no worse than what was drawn.</summary>
    [Fact]
    public void Recommend_LivePolicyInItsOwnShadow_HasTheDrawsPropensities()
    {
        for (var i = 0; i < 50; i++)
        {
            foreach (var shadow in (PolicySnapshot?[])[null, s_live])
            {
                var decision = Recommend(new RecommendRequest { PageSize = 15 }, $"d{i}", Shadowed(shadow, rule: null)).Decision;
                Assert.Equal(
                    decision.Items.Take(DecisionShadow.MostSlots).Select(static x => x.Propensity), decision.Shadow!.Propensities.AsEnumerable());
            }
        }
    }

    /// <summary>What is said of a policy in the shadow is what it says of itself where it is live and comes to the same slots.</summary>
    [Fact]
    public void Recommend_OtherModelAndRuleInTheShadow_HasThePropensitiesThatItWouldHaveLive()
    {
        var rule = new EpsilonGreedy(0.8);
        var live = new Dictionary<string, double>(StringComparer.Ordinal);
        var recommender = new Recommender(new RecommenderOptions { Exploration = rule, StrangerExploration = rule });
        for (var i = 0; i < 3000; i++)
        {
            var items = Recommend(s_twelve, $"live-{i}", ModesSnapshot.Plain, s_other, recommender).Items;
            for (var slot = 0; slot < 3; slot++)
            {
                live[Path(items.Take(slot + 1).Select(static x => x.ItemId))] = items[slot].Propensity;
            }
        }

        var compared = 0;
        for (var i = 0; i < 300; i++)
        {
            var decision = Recommend(s_twelve, $"d{i}", Shadowed(s_other, rule)).Decision;
            for (var slot = 0; slot < 3; slot++)
            {
                if (live.TryGetValue(Path(decision.Items.Take(slot + 1).Select(static x => x.ItemId)), out var expected))
                {
                    Assert.Equal(expected, decision.Shadow!.Propensities[slot], 1e-6);
                    compared++;
                }
            }
        }

        Assert.InRange(compared, 500, 900);
    }

    /// <summary>The live policy draws from all that the shadow is scored on: weights are 1 on average.</summary>
    [Fact]
    public void Recommend_ManyDecisions_WeightsOfTheShadowAreOneOnAverage()
    {
        const int Decisions = 4000;
        var recommender = new Recommender(new RecommenderOptions { Exploration = new EpsilonGreedy(0.5), StrangerExploration = new EpsilonGreedy(0.5) });
        var weights = Enumerable.Range(0, Decisions)
            .Select(i => Recommend(s_twelve, $"d{i}", Shadowed(s_other, new LinMed(0.3, 0.1)), recommender: recommender).Decision)
            .Select(static d => Math.Exp(d.Shadow!.Propensities.Take(2).Zip(d.Items, static (q, item) => Math.Log(q / item.Propensity)).Sum())).ToArray();
        var mean = weights.Average();
        var error = Math.Sqrt(weights.Sum(w => (w - mean) * (w - mean)) / Decisions / Decisions);
        Assert.InRange(mean, 1 - (4 * error), 1 + (4 * error));
        Assert.True(error is > 0 and < 0.1, $"The error of the mean is {error}.");
    }

    [Fact]
    public void Recommend_ShareOfDecisions_IsScored()
    {
        const int Decisions = 400;
        var modes = Shadowed(s_other, null) with { Shadow = Shadowed(s_other, null).Shadow! with { Share = 0.25 } };
        var scored = Enumerable.Range(0, Decisions).Count(i => Recommend(s_twelve, $"d{i}", modes).Decision.Shadow is not null);

        // Four standard deviations of a binomial.
        var spread = 4 * Math.Sqrt(0.25 * 0.75 / Decisions);
        Assert.InRange((double)scored / Decisions, 0.25 - spread, 0.25 + spread);
    }

    [Fact]
    public void Recommend_PromotedRule_IsDrawnBy()
    {
        var slate = Recommend(s_twelve with { Diversity = 0 }, "d", new ModesSnapshot { Exploration = new UniformRule() });
        Assert.Equal([1 / 12f, 1 / 11f, 1 / 10f, 1 / 9f], slate.Decision.Items.Select(static x => x.Propensity));
    }

    [Fact]
    public void Recommend_Apprentice_ShowsWhatIsPopularAndSaysHowLikelyItWouldHaveItself()
    {
        var request = new RecommendRequest { PageSize = 5 };
        var popular = Recommend(request, "d", ModesSnapshot.Plain, arm: RankingArm.Popularity);
        var slate = Recommend(request, "d", Apprentice(shadow: 3));
        Assert.Equal(popular.Items.Select(static x => x.ItemId), slate.Items.Select(static x => x.ItemId));
        Assert.All(slate.Items, static x => Assert.Equal(1, x.Propensity));
        Assert.Equal((PolicyMode.Apprentice, RankingArm.Engine, 3L), (slate.Decision.Mode, slate.Decision.Arm, slate.Decision.Shadow!.Number));
        Assert.Empty(slate.Decision.Swaps);
        Assert.Null(slate.Pool);
    }

    /// <summary>The apprentice's probability of the baseline's first item is how often it chooses it once it decides itself.</summary>
    [Fact]
    public void Recommend_ApprenticeRanks_KeepsTheCallersOrderAndScoresItsOwn()
    {
        var apprentice = Recommend(s_twelve, "d", Apprentice(shadow: 3));
        Assert.Equal(s_twelve.Candidates.Take(4), apprentice.Items.Select(static x => x.ItemId));
        Assert.Equal(1, apprentice.Propensity);

        var curious = new Recommender(new RecommenderOptions { Exploration = new UniformRule(), StrangerExploration = new UniformRule() });
        Assert.Equal(
            [1 / 12f, 1 / 11f, 1 / 10f, 1 / 9f],
            Recommend(s_twelve with { Diversity = 0 }, "d", Apprentice(shadow: 3), recommender: curious).Decision.Shadow!.Propensities.AsEnumerable());
        var greedy = new Recommender(new RecommenderOptions { Exploration = new Greedy(), StrangerExploration = new Greedy() });
        var own = Recommend(s_twelve, "d", ModesSnapshot.Plain, recommender: greedy).Items[0].ItemId;
        var agrees = Recommend(s_twelve, "d", Apprentice(shadow: 3), recommender: greedy).Decision.Shadow!.Propensities[0];
        Assert.Equal(own == s_twelve.Candidates[0] ? 1 : 0, agrees);
    }

    [Theory]
    [InlineData(RankingArm.Popularity)]
    [InlineData(RankingArm.Random)]
    public void Recommend_OtherArmOfAnExperiment_IsTouchedByNeither(RankingArm arm)
    {
        foreach (var modes in (ModesSnapshot[])[Apprentice(shadow: 3), Shadowed(s_other, null)])
        {
            var (plain, touched) = (Recommend(new(), "d", ModesSnapshot.Plain, arm: arm), Recommend(new(), "d", modes, arm: arm));
            Assert.Equal(plain.Items.Select(static x => (x.ItemId, x.Propensity)), touched.Items.Select(static x => (x.ItemId, x.Propensity)));
            Assert.Equal((PolicyMode.Online, null), (touched.Decision.Mode, touched.Decision.Shadow));
        }
    }

    [Fact]
    public void Recommend_ManyTimesWithAShadow_AllocatesOnlyWhatIsRemembered()
    {
        var (plain, shadowed) = (AllocatedBy(ModesSnapshot.Plain), AllocatedBy(Shadowed(s_other, null)));
        Assert.InRange(shadowed - plain, 1, 160);
    }

    private long AllocatedBy(ModesSnapshot modes)
    {
        const int Slates = 200;
        Recommend(s_twelve, "warm", modes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Slates; i++)
        {
            Recommend(s_twelve, "d", modes);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Slates;
    }

    private static string Path(IEnumerable<string> items) => string.Join(' ', items);

    private static ModesSnapshot Shadowed(PolicySnapshot? policy, IExplorationRule? rule) =>
        new() { Shadow = new ShadowSnapshot { Number = 7, Name = "shadow@7", Policy = policy, Exploration = rule } };

    private static ModesSnapshot Apprentice(long shadow) =>
        new() { Mode = PolicyMode.Apprentice, Shadow = new ShadowSnapshot { Number = shadow, Name = $"shadow@{shadow}" } };

    private Slate Recommend(
        RecommendRequest request, string decision, ModesSnapshot modes, PolicySnapshot? policy = null, Recommender? recommender = null,
        RankingArm arm = RankingArm.Engine) => (recommender ?? s_recommender).Recommend(
        new RecommendInput
        {
            User = UserKey.Known("u1"),
            Shopper = new ShopperView { Features = s_profile },
            Request = request,
            DecisionId = decision,
            Now = SampleProducts.Now,
            Catalog = s_catalog,
            Policy = policy ?? s_live,
            Modes = modes,
            Arm = arm,
        },
        _workspace);

    private static readonly Recommender s_recommender = new(new RecommenderOptions { Exploration = new LinMed(0.3, 0.1), StrangerExploration = new LinMed(0.3, 0.1) });
}
