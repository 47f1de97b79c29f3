using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations;

/// <summary>What the shop itself wants of a slate, and how a slate explains itself.</summary>
public sealed class RankingRuleTests
{
    private static readonly CatalogSnapshot s_catalog = CatalogSnapshot.Empty.With(
        new CatalogChanges
        {
            Upserted = [.. Enumerable.Range(0, 400).Select(static n => SampleProducts.OfNumber(n))],
            Sentiments = [.. Enumerable.Range(0, 400).Select(static n => KeyValuePair.Create($"p{n}", new ItemSentiment(0.6f, 0.1f, 9, 0, "texture")))],
        },
        1);

    private readonly RecommendWorkspace _workspace = new();

    private static readonly Gen<RankingRule> s_exclusions = Gen.OneOf(
        Gen.OneOf(Gen.Const("Alder"), Gen.Const("Birch"), Gen.Const("Nobody")).Select(static b => RankingRule.KeepOut(FacetKey.Brand(b))),
        Gen.OneOf(Gen.Const("skin"), Gen.Const("skin/serum"), Gen.Const("hair/wash")).Select(static c => RankingRule.KeepOut(FacetKey.Of(FacetKind.Category, c))),
        Gen.OneOf(Gen.Const("matte"), Gen.Const("gloss")).Select(static v => RankingRule.KeepOut(FacetKey.Attribute("finish", v))),
        Gen.Int[0, 399].Select(static n => RankingRule.KeepOut($"p{n}")));

    [Fact]
    public void Recommend_AnythingKeptOut_IsNeverShownAndTheRestIs() =>
        Gen.Select(s_exclusions.Array[1, 5], Gen.Int[1, 30], Gen.Int[0, 2]).Sample((rules, size, arm) =>
        {
            var slate = Recommend(new RecommendRequest { PageSize = size, Rules = [.. rules] }, "d", (RankingArm)arm);
            var allowed = Enumerable.Range(0, 400).Select(static n => s_catalog.Find($"p{n}")!)
                .Where(p => p.InStock && !rules.Any(rule => IsAbout(rule, p))).Select(static p => p.ProductId).ToHashSet();
            Assert.All(slate.Items, item => Assert.Contains(item.ItemId, allowed));
            Assert.Equal(Math.Min(size, allowed.Count), slate.Items.Length);
            Assert.Equal(slate.Items.Sum(static i => Math.Log(i.Propensity)), slate.LogPropensity, 1e-9);
            if (arm == (int)RankingArm.Random && slate.Items.Length > 0)
            {
                Assert.Equal(1.0 / allowed.Count, slate.Items[0].Propensity, 1e-12);
            }
        });

    [Fact]
    public void Recommend_BrandFavoured_ComesMoreOftenAndSaysBySoMuch()
    {
        int Shown(params RankingRule[] rules) => Enumerable.Range(0, 40).Sum(i =>
            Recommend(new RecommendRequest { Rules = [.. rules] }, $"d{i}").Items.Count(static x => s_catalog.Find(x.ItemId)!.Brand == "Cedar"));

        var (held, plain, favoured) = (Shown(Cedar(0.2)), Shown(), Shown(Cedar(5)));
        Assert.True(held < plain && plain < favoured, $"{held}, {plain}, {favoured}");
        var slate = Recommend(new RecommendRequest { Rules = [Cedar(5)], Explain = true }, "d");
        Assert.All(slate.Items, static i => Assert.Equal(s_catalog.Find(i.ItemId)!.Brand == "Cedar" ? 5 : 1, i.Boost));
        var boosted = slate.Items.First(static i => i.Boost > 1);
        var reason = boosted.Reasons.Single(static r => r.Signal == ReasonSignals.Boosted);
        Assert.Equal(boosted.Score * 4 / 5, reason.Contribution, 1e-5);

        static RankingRule Cedar(double boost) => RankingRule.Favour(FacetKey.Brand("Cedar"), boost);
    }

    [Fact]
    public void Recommend_ProductFavouredThatNobodyFound_BecomesACandidate()
    {
        var filter = new ItemFilter { InStockOnly = false };
        var plain = Recommend(new RecommendRequest { PageSize = 100, Filter = filter }, "d");
        var missing = Enumerable.Range(0, 400).Select(static n => $"p{n}").First(id => plain.Items.All(i => i.ItemId != id));
        var slate = Recommend(new RecommendRequest { PageSize = 100, Filter = filter, Rules = [RankingRule.Favour(missing, 10)] }, "d");
        Assert.Equal(10, slate.Items.Single(i => i.ItemId == missing).Boost);
    }

    /// <summary>With rules as without, each item comes first as often as its propensity says.</summary>
    [Fact]
    public void Recommend_ManyDecisionsUnderRules_FirstSlotsComeAsOftenAsTheirPropensitySays()
    {
        const int Draws = 6_000;
        var seen = new Dictionary<string, (int Count, double Propensity)>();
        var request = new RecommendRequest
        {
            PageSize = 2,
            Filter = new ItemFilter { Brands = ["Birch"], MaxPrice = 20 },
            Rules = [RankingRule.Favour(FacetKey.Attribute("finish", "matte"), 3), RankingRule.KeepOut(FacetKey.Category("lips"))],
        };
        var curious = new Recommender(new RecommenderOptions { StrangerExploration = new LinMed(0.3, 0.1), Exploration = new LinMed(0.3, 0.1) });
        for (var i = 0; i < Draws; i++)
        {
            var first = Recommend(request, $"decision-{i}", recommender: curious).Items[0];
            var (count, propensity) = seen.GetValueOrDefault(first.ItemId, (0, first.Propensity));
            Assert.Equal(propensity, first.Propensity, 1e-12);
            seen[first.ItemId] = (count + 1, propensity);
        }

        var (chiSquare, cells) = (0.0, 0);
        foreach (var (count, propensity) in seen.Values.Where(static s => s.Propensity * Draws >= 10))
        {
            chiSquare += ((count - (propensity * Draws)) * (count - (propensity * Draws))) / (propensity * Draws);
            cells++;
        }

        Assert.True(cells > 3);
        Assert.True(chiSquare < cells + (5 * Math.Sqrt(2 * cells)), $"χ² is {chiSquare:F1} over {cells} items.");
    }

    [Theory]
    [InlineData(0.09)]
    [InlineData(10.1)]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    public void Favour_BoostOutOfRange_SaysSo(double boost)
    {
        var refused = Assert.Throws<ArgumentException>(() => RankingRule.Favour("p1", boost));
        Assert.Contains("boost: is", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recommend_Explained_ReasonsShareWhatSpeaksForTheItem()
    {
        var slate = Recommend(new RecommendRequest { PageSize = 20, Explain = true }, "d");
        Assert.All(slate.Items, static item =>
        {
            Assert.All(item.Reasons, static r => Assert.InRange(r.Share, 0, 1.0001));
            Assert.InRange(item.Reasons.Sum(static r => r.Share), 0, 1.0001);
            Assert.Equal(item.Reasons.Length, item.Reasons.Select(static r => r.Signal).Distinct().Count());
            Assert.Equal(item.Reasons.OrderByDescending(static r => r.Contribution), item.Reasons);
        });
        Assert.Contains(slate.Items.SelectMany(static i => i.Reasons), static r =>
            r.Signal == ReasonSignals.ProductSentiment && r.Text == "People like you loved the texture" && r.Share > 0 && r.Contribution > 0);
    }

    [Fact]
    public void Recommend_ExplainedByJoyAndTrend_SaysSo()
    {
        var features = new float[ProfileFeatures.Count];
        features[(int)ProfileFeature.Bias] = 1;
        features[(int)ProfileFeature.Joy] = 0.8f;
        FacetAffinity[] likes = [new(FacetKind.Category, FacetKey.Category("skin", "serum").Hash, "skin/serum", 0.9f, 0.1f, 9)];
        var catalog = s_catalog.With(
            new CatalogChanges
            {
                Sentiments = [.. Enumerable.Range(0, 400).Select(static n => KeyValuePair.Create($"p{n}", default(ItemSentiment)))],
                Popularities = [KeyValuePair.Create("p3", CatalogSnapshotTests.Popularity(0, 0.9f))],
            },
            2);
        var slate = new Recommender().Recommend(
            new RecommendInput
            {
                User = UserKey.Known("u"),
                Shopper = new ShopperView { Features = features, Categories = likes },
                Request = new RecommendRequest { PageSize = 100, Explain = true, Candidates = [.. Enumerable.Range(0, 100).Select(static n => $"p{n}")] },
                DecisionId = "d",
                Now = SampleProducts.Now,
                Catalog = catalog,
            },
            _workspace);
        var reasons = slate.Items.SelectMany(static i => i.Reasons).ToArray();
        Assert.Contains(reasons, static r => r.Signal == ReasonSignals.CategoryAffinity && r.Text == "You smiled at serum" && r.Contribution > 0);
        Assert.Contains(reasons, static r => r.Signal == ReasonSignals.Trending && r.Text == "Trending this hour");
    }

    [Fact]
    public void Recommend_ExplainedByStepsAndFactors_NamesTheSeed()
    {
        var state = new CoVisitation(new CoVisitationOptions { PublishedPerItem = 1, NextPrior = 0.1 });
        long offset = 0;
        for (var i = 0; i < 20; i++)
        {
            Step("p10", "p20");
            Step("p10", "p20");
            Step("p10", "p21");
            Step("p22", "p20");
        }

        var graph = CoVisitationSnapshot.Empty.Follow(state, s_catalog.Directory);
        var model = FactorNeighbours.Of(graph, s_catalog.Directory.Count, new FactorOptions { Rank = 8 });
        ProductAt[] viewed = [new("p10", SampleProducts.Now)];
        var slate = new Recommender().Recommend(
            new RecommendInput
            {
                User = UserKey.Known("u"),
                Shopper = new ShopperView { Viewed = viewed },
                Request = new RecommendRequest { PageSize = 100, Explain = true, Filter = new ItemFilter { InStockOnly = false } },
                DecisionId = "d",
                Now = SampleProducts.Now,
                Catalog = s_catalog,
                CoVisitation = graph,
                Factors = model,
            },
            _workspace);
        Assert.Contains(ReasonsOf("p21"), static r => r.Signal == ReasonSignals.NextInSequence && r.Text == "Often next after Title p10");
        Assert.Contains(ReasonsOf("p22"), static r => r.Signal == ReasonSignals.AlikeShoppers && r.Text == "Shoppers who like Title p10 choose it");
        Assert.Equal("FACTOR", slate.Items.Single(static i => i.ItemId == "p22").Source);

        IEnumerable<Reason> ReasonsOf(string id) => slate.Items.Single(i => i.ItemId == id).Reasons;

        void Step(string from, string to)
        {
            offset++;
            state.Apply(0, offset - 1, offset, [Candidates.CoVisitationTests.Visited(offset, to, from)]);
        }
    }

    private static bool IsAbout(RankingRule rule, ProductFacts facts) => rule.ProductId.Length > 0
        ? rule.ProductId == facts.ProductId
        : facts.CategoryFacets.Concat(facts.AttributeFacets).Concat(facts.BrandFacet is { } brand ? [brand] : []).Contains(rule.Facet);

    private Slate Recommend(RecommendRequest request, string decision, RankingArm arm = RankingArm.Engine, Recommender? recommender = null) =>
        (recommender ?? new Recommender()).Recommend(
            new RecommendInput
            {
                User = UserKey.Known("u"),
                Request = request,
                DecisionId = decision,
                Now = SampleProducts.Now,
                Catalog = s_catalog,
                CoVisitation = CoVisitationSnapshot.Empty,
                Arm = arm,
            },
            new RecommendWorkspace());
}
