using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Candidates;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations;

public sealed class RecommenderTests
{
    private static readonly UserKey s_user = UserKey.Known("u1");
    private static readonly CatalogSnapshot s_catalog = MakeCatalog(800);
    private static readonly CoVisitationSnapshot s_coVisitation = MakeCoVisitation(s_catalog);
    private static readonly PolicySnapshot s_policy = MakePolicy(s_catalog);
    private readonly RecommendWorkspace _workspace = new();

    private static readonly Gen<ItemFilter> s_filters =
        from brand in Gen.OneOf(Gen.Const(""), Gen.Const("Birch"), Gen.Const("Nobody"))
        from category in Gen.OneOf(Gen.Const(""), Gen.Const("skin"), Gen.Const("skin/serum"), Gen.Const("hair/wash"))
        from min in Gen.OneOf(Gen.Const(0.0), Gen.Double[5, 30])
        from span in Gen.OneOf(Gen.Const(1e9), Gen.Double[1, 20])
        from inStock in Gen.Bool
        select new ItemFilter
        {
            Brands = brand.Length == 0 ? [] : [brand],
            Categories = category.Length == 0 ? [] : [category],
            MinPrice = min,
            MaxPrice = min + span,
            InStockOnly = inStock,
        };

    public static TheoryData<RankingArm> Arms => [RankingArm.Engine, RankingArm.Popularity, RankingArm.Random];

    [Theory]
    [MemberData(nameof(Arms))]
    public void Recommend_AnyFilter_ShowsOnlyWhatPassesAndAsMuchAsThereIs(RankingArm arm) =>
        Gen.Select(s_filters, Gen.Int[1, 30], Gen.Int[0, 799].Array[0, 20]).Sample((filter, size, excluded) =>
        {
            var request = new RecommendRequest { Filter = filter, PageSize = size, ExcludedIds = [.. excluded.Select(static n => $"p{n}")] };
            var slate = Recommend(request, arm, "d", new RecommendWorkspace());
            var allowed = Enumerable.Range(0, 800).Where(n => Passes(filter, s_catalog.Find($"p{n}")!) && !excluded.Contains(n)).Select(static n => $"p{n}").ToHashSet();
            Assert.All(slate.Items, item => Assert.Contains(item.ItemId, allowed));
            Assert.Equal(Math.Min(size, allowed.Count), slate.Items.Length);
            Assert.Equal(slate.Items.Length, slate.Items.Select(static i => i.ItemId).Distinct().Count());
            Assert.Equal(slate.Items.Length < size, slate.Degraded.Any(static d => d.Code == DegradationCodes.FewCandidates));
            AssertPropensities(slate);
        });

    [Fact]
    public void Recommend_CandidatesRemembered_GiveTheRuleThePropensitiesAgain()
    {
        var rule = new EpsilonGreedy(0.3);
        var recommender = new Recommender(new RecommenderOptions { Exploration = rule, StrangerExploration = rule, CandidateLogShare = 1 });
        var decision = Recommend(new RecommendRequest { PageSize = 12 }, RankingArm.Engine, "d", recommender: recommender).Decision;
        foreach (var item in decision.Items[..SlotCandidates.RememberedSlots])
        {
            var probabilities = new double[item.Candidates!.Scores.Length];
            rule.Fill(item.Candidates.Scores.AsSpan(), item.Candidates.Variances.AsSpan(), probabilities);
            Assert.Equal(item.Propensity, probabilities[item.Candidates.Chosen], 1e-6);
        }

        Assert.All(decision.Items[SlotCandidates.RememberedSlots..], static item => Assert.Null(item.Candidates));
    }

    [Theory]
    [InlineData(RankingArm.Engine, 0.25, 0.25)]
    [InlineData(RankingArm.Engine, 0, 0)]
    [InlineData(RankingArm.Random, 1, 0)]
    public void Recommend_ShareOfDecisions_RemembersTheirCandidates(RankingArm arm, double share, double remembered)
    {
        const int decisions = 400;
        var recommender = new Recommender(new RecommenderOptions { CandidateLogShare = share });
        var counted = Enumerable.Range(0, decisions).Count(
            i => Recommend(new RecommendRequest { PageSize = 2 }, arm, $"d{i}", recommender: recommender).Decision.Items[0].Candidates is not null);

        // Four standard deviations of a binomial.
        var spread = 4 * Math.Sqrt(remembered * (1 - remembered) / decisions);
        Assert.InRange((double)counted / decisions, remembered - spread, remembered + spread);
    }

    [Theory]
    [MemberData(nameof(Arms))]
    public void Recommend_SameInputTwice_IsTheSameSlate(RankingArm arm)
    {
        for (var i = 0; i < 20; i++)
        {
            var (first, second) = (Recommend(new RecommendRequest(), arm, $"d{i}"), Recommend(new RecommendRequest(), arm, $"d{i}", new RecommendWorkspace()));
            Assert.Equal(first.Items.Select(static x => (x.ItemId, x.Propensity)), second.Items.Select(static x => (x.ItemId, x.Propensity)));
        }
    }

    /// <summary>Over many decisions, each item comes first as often as its propensity says.</summary>
    [Theory]
    [InlineData(RankingArm.Engine)]
    [InlineData(RankingArm.Random)]
    public void Recommend_ManyDecisions_FirstSlotsComeAsOftenAsTheirPropensitySays(RankingArm arm)
    {
        const int Draws = 8_000;
        var seen = new Dictionary<string, (int Count, double Propensity)>();
        var request = new RecommendRequest { PageSize = 2, Filter = new ItemFilter { Brands = ["Birch"], MaxPrice = 20 } };
        for (var i = 0; i < Draws; i++)
        {
            var first = Recommend(request, arm, $"decision-{i}", recommender: s_curious).Items[0];
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

    [Fact]
    public void Recommend_RandomArmUnfiltered_DrawsFromAllThatMayBeShown()
    {
        var slate = Recommend(new RecommendRequest { PageSize = 3 }, RankingArm.Random, "d");
        // Bought, dismissed and in the cart: three of them, of which those in stock count.
        var blocked = new[] { "p1", "p2", "p3" }.Count(static id => s_catalog.Find(id)!.InStock);
        var eligible = s_catalog.InStockCount - blocked;
        Assert.Equal(1.0 / eligible, slate.Items[0].Propensity, 1e-12);
        Assert.Equal(1.0 / (eligible - 2), slate.Items[2].Propensity, 1e-12);
        Assert.All(slate.Items, static i => Assert.Equal("RANDOM", i.Source));
    }

    [Fact]
    public void Recommend_BoughtDismissedAndInCart_AreNotShownUnlessRepurchaseIsAllowed()
    {
        string[] gone = ["p1", "p2", "p3"];
        for (var i = 0; i < 50; i++)
        {
            Assert.DoesNotContain(Recommend(new RecommendRequest { PageSize = 100 }, RankingArm.Engine, $"d{i}").Items, x => gone.Contains(x.ItemId));
        }

        var price = (double)s_catalog.Find("p1")!.Price;
        var all = new RecommendRequest
        {
            PageSize = 100, AllowRepurchase = true, Filter = new ItemFilter { MinPrice = price, MaxPrice = price, InStockOnly = false },
        };
        Assert.Contains("p1", Recommend(all, RankingArm.Popularity, "d").Items.Select(static x => x.ItemId));
        Assert.DoesNotContain("p1", Recommend(all with { AllowRepurchase = false }, RankingArm.Popularity, "d").Items.Select(static x => x.ItemId));
    }

    [Fact]
    public void Recommend_AfterWhatWasLookedAt_FindsWhatGoesWithIt()
    {
        var slate = Recommend(new RecommendRequest { PageSize = 40, Explain = true }, RankingArm.Engine, "d");
        Assert.Contains(slate.Items, static i => i.Source == "CO_VISITATION");
        Assert.Contains(slate.Items, static i => i.Source is not "CO_VISITATION");
        Assert.All(slate.Items, static i => Assert.InRange(i.Reasons.Length, 1, 3));
        Assert.Contains(slate.Items.SelectMany(static i => i.Reasons), static r => r.Signal == ReasonSignals.CoVisited && r.Text == "Goes with Title p10");
        Assert.All(slate.Items, static i => Assert.Equal(i.Reasons.OrderByDescending(static r => r.Contribution), i.Reasons));
    }

    [Fact]
    public void Recommend_ShopperNeverSeen_GetsAColdStartFromSeveralSources()
    {
        var slate = new Recommender().Recommend(
            new RecommendInput
            {
                User = UserKey.Anonymous("x"), Request = new RecommendRequest { PageSize = 100 }, DecisionId = "d", Now = SampleProducts.Now,
                Catalog = s_catalog, Policy = s_policy, CoVisitation = CoVisitationSnapshot.Empty,
            },
            _workspace);
        Assert.Equal(100, slate.Items.Length);
        Assert.Empty(slate.Degraded);
        Assert.True(slate.Items.Select(static i => i.Source).Distinct().Count() >= 3);
    }

    [Fact]
    public void Recommend_NothingLoaded_SaysWhatIsMissing()
    {
        var slate = new Recommender().Recommend(
            new RecommendInput { User = s_user, Request = new RecommendRequest(), DecisionId = "d", Now = SampleProducts.Now, StaleSince = SampleProducts.Now },
            _workspace);
        Assert.Empty(slate.Items);
        Assert.Equal(
            [DegradationCodes.NoCatalog, DegradationCodes.NoPolicy, DegradationCodes.NoCoVisitation, DegradationCodes.StaleSnapshot],
            slate.Degraded.Select(static d => d.Code));
        Assert.Equal(1, slate.Propensity);
    }

    [Fact]
    public void Recommend_GivenCandidates_RanksThoseAndNamesTheUnknown()
    {
        var request = new RecommendRequest { Candidates = ["p7", "nope", "p8", "p9", "p7"], PageSize = 100, Diversity = 0 };
        var slate = Recommend(request, RankingArm.Engine, "d");
        Assert.Equal(["p7", "p8", "p9"], slate.Items.Select(static i => i.ItemId).Order());
        Assert.Equal(["nope"], slate.UnknownCandidates.AsEnumerable());
        Assert.All(slate.Items, static i => Assert.Equal("REQUESTED", i.Source));
        AssertPropensities(slate);
        Assert.Equal(1, slate.Items[^1].Propensity, 1e-12);
    }

    [Fact]
    public void Recommend_ShopperKnownByPurchasesOnly_FindsWhatGoesWithThem()
    {
        int Found(ProductAt[] bought) => new Recommender().Recommend(
            new RecommendInput
            {
                User = s_user,
                Shopper = new ShopperView { Features = s_profile, Purchased = bought },
                Request = new RecommendRequest(),
                DecisionId = "d",
                Now = SampleProducts.Now,
                Catalog = s_catalog,
                CoVisitation = s_coVisitation,
            },
            _workspace).Items.Count(static i => i.Source == "CO_VISITATION");

        Assert.Equal(0, Found([]));
        Assert.True(Found(s_viewed) > 0);
    }

    [Fact]
    public void Recommend_Decision_RemembersTheFeaturesTheScoreWasMadeOf()
    {
        var slate = Recommend(new RecommendRequest(), RankingArm.Engine, "d");
        var decision = slate.Decision;
        var (user, item, projection) = (new float[FeatureSchema.UserCount], new float[FeatureSchema.ItemCount], new float[FeatureSchema.ItemCount]);
        FeatureGrid.Unpack(decision.User.AsSpan(), user);
        s_policy.Project(user, projection);
        for (var i = 0; i < slate.Items.Length; i++)
        {
            FeatureGrid.Unpack(decision.Items[i].Features.AsSpan(), item);
            Assert.True(s_catalog.Directory.TryFind(slate.Items[i].ItemId, out var number));
            var score = Simd.Dot<float>(item, projection) + Simd.Dot(s_policy.BeliefOf(number, s_catalog).Weights, user);
            Assert.Equal(slate.Items[i].Score, score);
            Assert.Equal((float)slate.Items[i].Propensity, decision.Items[i].Propensity);
        }
    }

    /// <summary>Which model a decision was made under is stored with it: what is learned from it follows that, whatever is set by then.</summary>
    [Theory]
    [InlineData(ExaminationModel.Position, RankingArm.Engine)]
    [InlineData(ExaminationModel.Cascade, RankingArm.Engine)]
    [InlineData(ExaminationModel.Cascade, RankingArm.Random)]
    public void Recommend_Decision_RemembersWhatIsTakenToBeLookedAt(ExaminationModel model, RankingArm arm)
    {
        var recommender = new Recommender(new RecommenderOptions { Examination = model });
        var made = Recommend(new RecommendRequest(), arm, "d", recommender: recommender).Decision;
        var stored = DecisionCodec.Instance.Read(DecisionCodec.Encode(made));
        Assert.Equal(model == ExaminationModel.Cascade, stored.IsCascade);
        var last = ExaminationGrid.At(stored.Examination.AsSpan(), 10);
        Assert.Equal(model == ExaminationModel.Cascade ? 1 : ExaminationCurve.Default.At(10), last, 0.01);
    }

    [Fact]
    public void Recommend_MostDiverse_MixesMoreThanByScoreAlone()
    {
        double Alike(float diversity) => Enumerable.Range(0, 40).Average(i =>
        {
            var items = Recommend(new RecommendRequest { Diversity = diversity }, RankingArm.Engine, $"d{i}").Items;
            return items.Average(a => items.Count(b => s_catalog.Find(a.ItemId)!.CategoryPath.AsSpan().SequenceEqual(s_catalog.Find(b.ItemId)!.CategoryPath.AsSpan())));
        });

        Assert.True(Alike(1) < Alike(0));
    }

    [Fact]
    public void Recommend_WarmedUp_AllocatesLittleBesidesTheAnswer()
    {
        var request = new RecommendRequest();
        var before = 0L;
        for (var i = 0; i < 200; i++)
        {
            before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
            Recommend(request, RankingArm.Engine, "d");
        }

        // Ten items with features, scores and reasons of none are about two kilobytes; the sampler's buffers would be more.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 500, 4000);
    }

    private Slate Recommend(RecommendRequest request, RankingArm arm, string decision, RecommendWorkspace? workspace = null, Recommender? recommender = null) => (recommender ?? new Recommender()).Recommend(
        new RecommendInput
        {
            User = s_user,
            Shopper = new ShopperView
            {
                Features = s_profile,
                Categories = s_categories,
                Viewed = s_viewed,
                InCart = s_cart,
                Purchased = s_purchased,
                Dismissed = s_dismissed,
            },
            Request = request,
            DecisionId = decision,
            Now = SampleProducts.Now,
            Catalog = s_catalog,
            Policy = s_policy,
            CoVisitation = s_coVisitation,
            Arm = arm,
        },
        workspace ?? _workspace);

    private static readonly Recommender s_curious = new(new RecommenderOptions { Exploration = new LinMed(0.3, 0.1) });

    private static readonly float[] s_profile = MakeProfile();
    private static readonly FacetAffinity[] s_categories =
        [new(FacetKind.Category, FacetKey.Category("skin").Hash, "skin", 0.6f, 0.1f, 9), new(FacetKind.Category, FacetKey.Category("lips").Hash, "lips", -0.4f, 0.1f, 4)];

    private static readonly ProductAt[] s_viewed = [new("p10", SampleProducts.Now), new("p11", SampleProducts.Now), new("p999", SampleProducts.Now)];
    private static readonly ProductAt[] s_cart = [];
    private static readonly ProductAt[] s_purchased = [new("p1", SampleProducts.Now), new("p2", SampleProducts.Now)];
    private static readonly ProductAt[] s_dismissed = [new("p3", SampleProducts.Now)];

    internal static float[] MakeProfile()
    {
        var features = new float[ProfileFeatures.Count];
        features[(int)ProfileFeature.Bias] = 1;
        features[(int)ProfileFeature.ShortValence] = 0.4f;
        features[(int)ProfileFeature.PriceSensitivity] = 0.8f;
        features[(int)ProfileFeature.PriceConfidence] = 0.6f;
        features[(int)ProfileFeature.Newness] = 0.3f;
        return features;
    }

    private static bool Passes(ItemFilter filter, ProductFacts facts) =>
        (filter.Brands.IsEmpty || filter.Brands.Contains(facts.Brand))
        && (filter.Categories.IsEmpty || filter.Categories.Any(c => $"{string.Join('/', facts.CategoryPath)}/".StartsWith(c + "/", StringComparison.Ordinal)))
        && (float)facts.Price >= (float)filter.MinPrice!.Value && (float)facts.Price <= (float)filter.MaxPrice!.Value
        && (!filter.InStockOnly || facts.InStock)
        && facts.ProductId is not ("p1" or "p2" or "p3");

    private static void AssertPropensities(Slate slate)
    {
        Assert.All(slate.Items, static i => Assert.InRange(i.Propensity, double.Epsilon, 1 + 1e-12));
        Assert.Equal(slate.Items.Sum(static i => Math.Log(i.Propensity)), slate.LogPropensity, 1e-9);
        Assert.Equal(Math.Exp(slate.LogPropensity), slate.Propensity, 1e-9);
        Assert.Equal(Enumerable.Range(1, slate.Items.Length), slate.Items.Select(static i => i.Rank));
    }

    internal static CatalogSnapshot MakeCatalog(int count) => CatalogSnapshot.Empty.With(
        new CatalogChanges
        {
            Upserted = [.. Enumerable.Range(0, count).Select(static n => SampleProducts.OfNumber(n))],
            Sentiments = [.. Enumerable.Range(0, 200).Select(static n => KeyValuePair.Create($"p{n}", new ItemSentiment((n % 20 / 10f) - 1, 0.1f, 5, 0)))],
            Popularities = [.. Enumerable.Range(0, 300).Select(static n => KeyValuePair.Create($"p{n}", CatalogSnapshotTests.Popularity((n % 97) / 100f, n % 50 == 0 ? 0.5f : 0)))],
        },
        1);

    private static CoVisitationSnapshot MakeCoVisitation(CatalogSnapshot catalog)
    {
        var state = new CoVisitation(new CoVisitationOptions());
        for (var i = 1; i <= 200; i++)
        {
            state.Apply(0, i - 1, i, [CoVisitationTests.Visited(i, $"p{20 + (i % 30)}", "p10", "p11")]);
        }

        return CoVisitationSnapshot.Empty.Follow(state, catalog.Directory);
    }

    internal static PolicySnapshot MakePolicy(CatalogSnapshot catalog, ulong seed = 5)
    {
        var state = new PolicyStatistics(FeatureSchema.Shape, new HybridRidgeOptions { Prior = [.. FeatureSchema.PriorWeights()] });
        var random = new SeededRandom(seed);
        for (var i = 1; i <= 300; i++)
        {
            var user = Enumerable.Range(0, FeatureSchema.UserCount)
                .Select(f => f < (int)UserFeature.Context ? (sbyte)random.NextIndex(64) : (sbyte)0).ToArray();
            var item = Enumerable.Range(0, FeatureSchema.ItemCount).Select(_ => (sbyte)random.NextIndex(64)).ToArray();

            // Rewards here follow from no feature: what the prior hopes of this one would be learned as a fault of the others.
            item[(int)ItemFeature.CoVisitation] = 0;
            state.Apply(0, i - 1, i, [new PolicyUpdate
            {
                Kind = PolicyUpdateKind.Observation, Offset = i, ItemId = $"p{random.NextIndex(100)}", User = [.. user], Item = [.. item],
                Position = 1, Reward = random.NextUnit() < 0.2 ? 1 : 0, PolicyVersion = 0, FeatureVersion = FeatureSchema.Version,
            }]);
        }

        return PolicySnapshot.Create(state.ChangesSince(0), catalog.Directory);
    }
}
