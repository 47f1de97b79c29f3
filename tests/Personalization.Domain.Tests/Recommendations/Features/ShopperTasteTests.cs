using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Features;

public sealed class ShopperTasteTests
{
    private static readonly CatalogSnapshot s_catalog = CatalogSnapshot.Empty.With(
        new CatalogChanges { Upserted = [.. Enumerable.Range(0, 200).Select(static n => SampleProducts.OfNumber(n))] }, 1);

    [Fact]
    public void Fill_Stranger_LikesEverythingAlike()
    {
        var taste = Learn([], []);
        Assert.All(Enumerable.Range(0, s_catalog.Directory.Count), item => Assert.Equal(0, taste.Of(s_catalog.TasteParts(item))));
    }

    [Fact]
    public void Fill_PassedOverAndLookedAt_TellsThemApartInProductsNeverShown()
    {
        // Likes what is matte, whatever else it is.
        var shown = Enumerable.Range(0, 60).ToArray();
        var taste = Learn(shown, [.. shown.Where(IsMatte)]);
        var unseen = Enumerable.Range(60, 140).ToArray();
        var (liked, others) = (unseen.Where(IsMatte).Average(Score), unseen.Where(static n => !IsMatte(n)).Average(Score));
        Assert.True(liked > others + 0.7, $"{liked} {others}");

        float Score(int n) => taste.Of(s_catalog.TasteParts(NumberOf(n)));
    }

    [Fact]
    public void Fill_PassedOverAgainAndAgain_CountsMoreThanOnce()
    {
        var once = Learn([1, 2, 3], []);
        var often = new ShopperTaste();
        often.Fill(s_catalog, new ShopperView { Shown = Shown([1, 2, 3], 3) }, new ItemMap<int>());
        Assert.True(often.Of(s_catalog.TasteParts(NumberOf(1))) < once.Of(s_catalog.TasteParts(NumberOf(1))));
        Assert.True(once.Of(s_catalog.TasteParts(NumberOf(1))) < 0);
    }

    [Fact]
    public void Clear_AfterAnotherShopper_LeavesNothingOfThem()
    {
        var taste = Learn([1, 2, 3, 4], [2]);
        taste.Clear();
        taste.Fill(s_catalog, new ShopperView { Viewed = Products([7]) }, new ItemMap<int>());
        var fresh = Learn([], [7]);
        Assert.All(Enumerable.Range(0, s_catalog.Directory.Count), item => Assert.Equal(fresh.Of(s_catalog.TasteParts(item)), taste.Of(s_catalog.TasteParts(item))));
    }

    [Fact]
    public void Fill_AnyHistory_StaysFiniteAndSmall()
    {
        var random = new SeededRandom(5);
        for (var run = 0; run < 50; run++)
        {
            var shown = Enumerable.Range(0, 128).Select(_ => random.NextIndex(200)).Distinct().ToArray();
            var taste = Learn(shown, [.. shown.Where(_ => random.NextUnit() < 0.3)]);
            Assert.All(taste.Parts, part => Assert.InRange(taste.WeightOf(part), -3, 3));
        }
    }

    [Fact]
    public void Recommend_ShopperWhoLooksAtMatteThings_IsShownMoreOfThem()
    {
        var shown = Enumerable.Range(0, 60).ToArray();
        Assert.True(MatteShare(shown, [.. shown.Where(IsMatte)]) > MatteShare([], []) + 0.25);
    }

    private static double MatteShare(int[] shown, int[] viewed)
    {
        var slate = new Recommender(new RecommenderOptions { Exploration = new Greedy() }).Recommend(
            new RecommendInput
            {
                User = Personalization.Domain.Ingestion.UserKey.Known("u"),
                Shopper = new ShopperView { Shown = Shown(shown, 1), Viewed = Products(viewed) },
                Request = new RecommendRequest { PageSize = 20, Diversity = 0 },
                DecisionId = "d",
                Now = SampleProducts.Now,
                Catalog = s_catalog,
            },
            new RecommendWorkspace());
        return slate.Items.Average(i => s_catalog.Find(i.ItemId)!.Attributes.Any(static a => a.Value == "matte") ? 1.0 : 0);
    }

    private static ShopperTaste Learn(int[] shown, int[] viewed)
    {
        var taste = new ShopperTaste();
        taste.Fill(s_catalog, new ShopperView { Shown = Shown(shown, 1), Viewed = Products(viewed) }, new ItemMap<int>());
        return taste;
    }

    private static bool IsMatte(int n) => SampleProducts.OfNumber(n).Attributes.Any(static a => a.Value == "matte");

    private static int NumberOf(int n) => s_catalog.Directory.TryFind($"p{n}", out var item) ? item : throw new ArgumentException($"p{n}", nameof(n));

    private static ShownProduct[] Shown(int[] numbers, int times) => [.. numbers.Select(n => new ShownProduct($"p{n}", times, SampleProducts.Now))];

    private static ProductAt[] Products(int[] numbers) => [.. numbers.Select(n => new ProductAt($"p{n}", SampleProducts.Now))];
}
