using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations;

public sealed class KeptPoolTests
{
    private static readonly CatalogSnapshot s_catalog = CatalogSnapshot.Empty.With(
        new CatalogChanges { Upserted = [.. Enumerable.Range(0, 800).Select(static n => SampleProducts.OfNumber(n))] }, 1);

    private static readonly ProductAt[] s_viewed = [new("p10", SampleProducts.Now), new("p11", SampleProducts.Now)];
    private static readonly float[] s_profile = MakeProfile();
    private readonly RecommendWorkspace _workspace = new();
    private readonly Recommender _recommender = new();
    private readonly KeptPool _pool;

    public KeptPoolTests() => _pool = Recommend("first").Pool!;

    /// <summary>While nothing has changed, a slate out of a kept pool is the very slate that looking for candidates anew gives.</summary>
    [Fact]
    public void Recommend_NothingHasChanged_IsTheSameSlateToTheLastDigit()
    {
        for (var i = 0; i < 30; i++)
        {
            var (anew, kept) = (Recommend($"d{i}"), Recommend($"d{i}", _pool));
            Assert.Null(kept.Pool);
            Assert.NotNull(anew.Pool);
            Assert.Equal(anew.Items.Select(Shown), kept.Items.Select(Shown));
            Assert.Equal(anew.LogPropensity, kept.LogPropensity);
            Assert.Equal(anew.Decision.Items.SelectMany(static x => x.Features), kept.Decision.Items.SelectMany(static x => x.Features));
        }
    }

    [Fact]
    public void Recommend_OthersFeelAndBuyMeanwhile_KnowsTheKeptCandidatesByTheNewFeelings()
    {
        var members = Recommend("d", _pool).Items.Select(static i => i.ItemId).ToArray();
        var changed = s_catalog.With(
            new CatalogChanges { Sentiments = [.. members.Select(static id => KeyValuePair.Create(id, new ItemSentiment(-0.9f, 0.05f, 50, 0)))] }, 2);
        var slate = Recommend("d", _pool, catalog: changed);

        Assert.Null(slate.Pool);
        Assert.All(slate.Items.Where(i => members.Contains(i.ItemId)), static i => Assert.Equal(-0.9f, i.Sentiment.Mean));
        foreach (var item in slate.Items)
        {
            Assert.True(changed.Directory.TryFind(item.ItemId, out var number));
            var features = slate.Decision.Items[item.Rank - 1].Features;
            Assert.Equal(changed.StaticFeatures(number)[(int)ItemFeature.Sentiment], features[(int)ItemFeature.Sentiment] / 64f);
        }
    }

    [Fact]
    public void Recommend_TheShopperDidSomething_LooksForCandidatesAnew() => Assert.NotNull(Recommend("d", _pool, revision: 2).Pool);

    [Fact]
    public void Recommend_AProductHasChanged_LooksForCandidatesAnew()
    {
        var changed = s_catalog.With(new CatalogChanges { Upserted = [SampleProducts.OfNumber(5) with { Price = 1 }] }, 2);
        Assert.NotNull(Recommend("d", _pool, catalog: changed).Pool);
    }

    [Fact]
    public void Recommend_PoolHasGrownOld_LooksForCandidatesAnew()
    {
        var lifetime = new RecommenderOptions().KeepPoolFor;
        Assert.Null(Recommend("d", _pool, later: lifetime - TimeSpan.FromTicks(1)).Pool);
        Assert.NotNull(Recommend("d", _pool, later: lifetime).Pool);
        Assert.NotNull(Recommend("d", _pool, later: -TimeSpan.FromTicks(1)).Pool);
    }

    public static TheoryData<string, RecommendRequest> OtherRequests => new()
    {
        { "page size", new RecommendRequest { PageSize = 11 } },
        { "touchpoint", new RecommendRequest { Touchpoint = Touchpoint.Checkout } },
        { "context", new RecommendRequest { Context = ContextFeatures.Of([KeyValuePair.Create("weather", ContextValue.Of("rain"))]) } },
        { "repurchase", new RecommendRequest { AllowRepurchase = true } },
        { "stock", new RecommendRequest { Filter = new ItemFilter { InStockOnly = false } } },
    };

    [Theory]
    [MemberData(nameof(OtherRequests))]
    public void Recommend_AnotherKindOfPage_LooksForCandidatesAnew(string difference, RecommendRequest request) =>
        Assert.True(Recommend("d", _pool, request).Pool is not null, difference);

    public static TheoryData<string, RecommendRequest> OwnRequests => new()
    {
        { "seeds", new RecommendRequest { SeedIds = ["p7"] } },
        { "excluded", new RecommendRequest { ExcludedIds = ["p7"] } },
        { "brands", new RecommendRequest { Filter = new ItemFilter { Brands = ["Birch"] } } },
        { "price", new RecommendRequest { Filter = new ItemFilter { MaxPrice = 30 } } },
        { "candidates", new RecommendRequest { Candidates = ["p7", "p8"] } },
        { "reasons", new RecommendRequest { Explain = true } },
        { "rules", new RecommendRequest { Rules = [RankingRule.Favour("p7", 2)] } },
    };

    [Theory]
    [MemberData(nameof(OwnRequests))]
    public void Recommend_RequestWithConditionsOfItsOwn_NeitherTakesNorKeepsAPool(string condition, RecommendRequest request)
    {
        var (anew, offered) = (Recommend("d", null, request), Recommend("d", _pool, request));
        Assert.True(anew.Pool is null && offered.Pool is null, condition);
        Assert.Equal(anew.Items.Select(Shown), offered.Items.Select(Shown));
    }

    [Theory]
    [InlineData(RankingArm.Popularity)]
    [InlineData(RankingArm.Random)]
    public void Recommend_BaselineArm_NeitherTakesNorKeepsAPool(RankingArm arm)
    {
        var (anew, offered) = (Recommend("d", arm: arm), Recommend("d", _pool, arm: arm));
        Assert.Null(anew.Pool);
        Assert.Equal(anew.Items.Select(Shown), offered.Items.Select(Shown));
    }

    [Fact]
    public void Recommend_NothingIsToBeKept_KeepsNoPool()
    {
        var forgetful = new Recommender(new RecommenderOptions { KeepPoolFor = TimeSpan.Zero });
        Assert.Null(forgetful.Recommend(Input("d"), _workspace).Pool);
        Assert.Throws<ArgumentException>(static () => new Recommender(new RecommenderOptions { KeepPoolFor = TimeSpan.FromMinutes(11) }));
    }

    private static (string, double, double, string) Shown(RecommendedItem item) => (item.ItemId, item.Propensity, item.Score, item.Source);

    private Slate Recommend(
        string decision, KeptPool? kept = null, RecommendRequest? request = null, CatalogSnapshot? catalog = null, long revision = 1,
        TimeSpan later = default, RankingArm arm = RankingArm.Engine) =>
        _recommender.Recommend(Input(decision, kept, request, catalog, revision, later, arm), _workspace);

    private static RecommendInput Input(
        string decision, KeptPool? kept = null, RecommendRequest? request = null, CatalogSnapshot? catalog = null, long revision = 1,
        TimeSpan later = default, RankingArm arm = RankingArm.Engine) => new()
    {
        User = UserKey.Known("u1"),
        Shopper = new ShopperView { Revision = revision, Features = s_profile, Viewed = s_viewed },
        Request = request ?? new RecommendRequest(),
        DecisionId = decision,
        Now = SampleProducts.Now + later,
        Catalog = catalog ?? s_catalog,
        CoVisitation = CoVisitationSnapshot.Empty,
        Kept = kept,
        Arm = arm,
    };

    private static float[] MakeProfile()
    {
        var features = new float[ProfileFeatures.Count];
        features[(int)ProfileFeature.Bias] = 1;
        features[(int)ProfileFeature.Newness] = 0.3f;
        features[(int)ProfileFeature.PriceSensitivity] = 0.7f;
        features[(int)ProfileFeature.PriceConfidence] = 0.5f;
        return features;
    }
}
