using System.Buffers;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Candidates;

public sealed class PurchaseRhythmTests
{
    private static readonly DateTimeOffset s_now = SampleProducts.Now;
    private static readonly UserKey s_user = UserKey.Known("u");

    [Fact]
    public void Due_AnyPurchases_IsAShareAndHighestAtTheTypicalTime() =>
        Gen.Select(Gen.Double[2, 300].Array[3, 30], Gen.Double[1.1, 700]).Sample((days, since) =>
        {
            var rhythm = days.Aggregate(PurchaseRhythm.None, static (sum, d) => sum + PurchaseRhythm.OfPurchase(TimeSpan.FromDays(d)));
            var typical = rhythm.Typical(rhythm)!.Value;
            var due = rhythm.Due(rhythm, TimeSpan.FromDays(since));
            Assert.InRange(due, 0, 1);
            Assert.True(due <= rhythm.Due(rhythm, typical) + 1e-9);
            Assert.InRange(typical.TotalDays, days.Min() - 1e-6, days.Max() + 1e-6);
        });

    [Fact]
    public void Due_TooEarlyTooLateOrUnknown_IsNot()
    {
        var monthly = Enumerable.Repeat(PurchaseRhythm.OfPurchase(TimeSpan.FromDays(30)), 20).Aggregate(static (a, b) => a + b);
        Assert.True(monthly.Due(monthly, TimeSpan.FromDays(30)) > 0.9);
        Assert.Equal(0, monthly.Due(monthly, TimeSpan.FromDays(15)));
        Assert.Equal(0, monthly.Due(monthly, TimeSpan.FromDays(300)));
        var two = PurchaseRhythm.OfPurchase(TimeSpan.FromDays(30)) + PurchaseRhythm.OfPurchase(TimeSpan.FromDays(30));
        Assert.Equal(0, two.Due(two, TimeSpan.FromDays(30)));
        Assert.Null(two.Typical(two));
    }

    [Fact]
    public void Due_BoughtOnceByMost_IsNotUsedUp()
    {
        var lasting = (PurchaseRhythm.OfPurchase(default) * 1000) + (PurchaseRhythm.OfPurchase(TimeSpan.FromDays(30)) * 10);
        Assert.Equal(0, lasting.Due(lasting, TimeSpan.FromDays(30)));
    }

    [Fact]
    public void Typical_LittleKnownProduct_GoesByItsCategory()
    {
        var category = PurchaseRhythm.OfPurchase(TimeSpan.FromDays(60)) * 500;
        Assert.Equal(60, PurchaseRhythm.None.Typical(category)!.Value.TotalDays, 1e-6);
        var known = PurchaseRhythm.OfPurchase(TimeSpan.FromDays(20)) * 400;
        Assert.InRange(known.Typical(category + known)!.Value.TotalDays, 20, 22);
    }

    [Fact]
    public void OfPurchase_WithinADayOrAfterYears_IsNoRepeat()
    {
        Assert.Equal(0, PurchaseRhythm.OfPurchase(TimeSpan.FromHours(3)).Repeats);
        Assert.Equal(0, PurchaseRhythm.OfPurchase(TimeSpan.FromDays(2000)).Repeats);
        Assert.Equal(1, PurchaseRhythm.OfPurchase(TimeSpan.FromDays(7)).Repeats);
    }

    [Fact]
    public void VisitsOf_APurchaseAgain_TellsAfterHowLong()
    {
        ProductAt[] bought = [new("b", s_now.AddDays(-3)), new("a", s_now.AddDays(-30))];
        var again = Visits.Of(7, s_now.UtcTicks, "a", InteractionKind.Purchase, [], bought, ShopperSegment.Regular)!;
        Assert.Equal((true, TimeSpan.FromDays(30)), (again.IsPurchase, again.SinceBought));
        var first = Visits.Of(7, s_now.UtcTicks, "c", InteractionKind.Purchase, [], bought, ShopperSegment.Regular)!;
        Assert.Equal((true, TimeSpan.Zero), (first.IsPurchase, first.SinceBought));
        Assert.False(Visits.Of(7, s_now.UtcTicks, "a", InteractionKind.View, [], bought, ShopperSegment.Regular)!.IsPurchase);
        var output = new ArrayBufferWriter<byte>();
        Visits.Write([again], output);
        Assert.Equal(again.SinceBought, Visits.Read(output.WrittenSpan, new CoVisitation(new CoVisitationOptions()))[0].SinceBought);
    }

    [Fact]
    public void Popularity_Codec_ComesBackWithTheRhythm()
    {
        var state = Bought(20, "p1", 30);
        var output = new ArrayBufferWriter<byte>();
        new PopularityCodec().Write(state, output);
        var back = new PopularityCodec().Read(output.WrittenSpan);
        Assert.Equal(RhythmOf(state, "p1"), RhythmOf(back, "p1"));
        Assert.Equal(20, RhythmOf(back, "p1").Repeats, 1e-6);
    }

    [Fact]
    public void Popularity_OldPurchases_FadeAndKeepTheirShare()
    {
        var state = Bought(20, "p1", 30);
        state.Apply(0, 20, 21, [Purchase(21, "p1", 40) with { Ticks = s_now.AddDays(180).UtcTicks }]);
        var rhythm = state.ChangesSince(0, s_now.AddDays(180)).Single(static c => c.Key == "p1").Value.Rhythm;
        Assert.Equal(11, rhythm.Repeats, 1e-6);
        Assert.Equal(rhythm.Purchases, rhythm.Repeats, 1e-9);
    }

    [Fact]
    public void Catalog_ProductsComeChangeAndLeave_CategoryKeepsTheSumOfItsOwn()
    {
        var rhythm = PurchaseRhythm.OfPurchase(TimeSpan.FromDays(30)) * 8;
        var known = new ItemPopularity([.. new float[ShopperSegments.Count]], 0) { Rhythm = rhythm };
        var catalog = CatalogSnapshot.Empty.With(
            new CatalogChanges
            {
                Upserted = [SampleProducts.Make("a"), SampleProducts.Make("b"), SampleProducts.Make("c", category: ["lips"])],
                Popularities = [KeyValuePair.Create("a", known), KeyValuePair.Create("later", known)],
            },
            1);
        Assert.True(IsDue(catalog, "b"));
        Assert.False(IsDue(catalog, "c"));
        var moved = catalog.With(new CatalogChanges { Upserted = [SampleProducts.Make("a", category: ["lips"])] }, 2);
        Assert.False(IsDue(moved, "b"));
        Assert.True(IsDue(moved, "c"));
        Assert.False(IsDue(moved.With(new CatalogChanges { Removed = ["a"] }, 3), "c"));
        Assert.True(IsDue(moved.With(new CatalogChanges { Upserted = [SampleProducts.Make("later")] }, 3), "b"));

        static bool IsDue(CatalogSnapshot catalog, string id) =>
            catalog.Directory.TryFind(id, out var item) && catalog.DueOf(item, TimeSpan.FromDays(30)) > 0;
    }

    [Fact]
    public void Recommend_BoughtAMonthAgo_ComesBackWhenItIsDue()
    {
        var due = Slate(new RecommendRequest { PageSize = 60, Explain = true }, 30).Items.Single(static i => i.ItemId == "p1");
        Assert.Equal("REPURCHASE", due.Source);
        Assert.Contains(due.Reasons, static r => r.Signal == ReasonSignals.Repurchase && r.Text.Contains("after 30 days", StringComparison.Ordinal));
    }

    public static TheoryData<string, RecommendRequest, double> NotDue => new()
    {
        { "too early", new RecommendRequest { PageSize = 60 }, 5 },
        { "never", new RecommendRequest { PageSize = 60, AllowRepurchase = false }, 30 },
        { "excluded", new RecommendRequest { PageSize = 60, ExcludedIds = ["p1"] }, 30 },
        { "kept out", new RecommendRequest { PageSize = 60, Rules = [RankingRule.KeepOut("p1")] }, 30 },
        { "filtered", new RecommendRequest { PageSize = 60, Filter = new ItemFilter { Categories = ["lips"] } }, 30 },
    };

    [Theory]
    [MemberData(nameof(NotDue))]
    public void Recommend_BoughtButNotToComeBack_IsNotShown(string why, RecommendRequest request, double days) =>
        Assert.True(Slate(request, days).Items.All(static i => i.ItemId != "p1"), why);

    [Fact]
    public void Recommend_DismissedOrInABaseline_DoesNotComeBack()
    {
        Assert.DoesNotContain(Slate(new RecommendRequest { PageSize = 60 }, 30, dismissed: true).Items, static i => i.ItemId == "p1");
        Assert.DoesNotContain(Slate(new RecommendRequest { PageSize = 60 }, 30, arm: RankingArm.Popularity).Items, static i => i.ItemId == "p1");
    }

    private static Slate Slate(RecommendRequest request, double days, bool dismissed = false, RankingArm arm = RankingArm.Engine)
    {
        var state = Bought(20, "p1", 30);
        var catalog = CatalogSnapshot.Empty.With(
            new CatalogChanges
            {
                Upserted = [.. Enumerable.Range(0, 60).Select(static n => SampleProducts.OfNumber(n))],
                Popularities = state.ChangesSince(0, s_now),
            },
            1);
        ProductAt[] bought = [new("p1", s_now.AddDays(-days))];
        return new Recommender().Recommend(
            new RecommendInput
            {
                User = s_user,
                Shopper = new ShopperView { Purchased = bought, Dismissed = dismissed ? bought : [] },
                Request = request,
                DecisionId = "d",
                Now = s_now,
                Catalog = catalog,
                CoVisitation = CoVisitationSnapshot.Empty,
                Arm = arm,
            },
            new RecommendWorkspace());
    }

    private static Popularity Bought(int times, string item, double days)
    {
        var state = new Popularity();
        for (var i = 1; i <= times; i++)
        {
            state.Apply(0, i - 1, i, [Purchase(i, item, days)]);
        }

        return state;
    }

    private static Visit Purchase(long offset, string item, double days) =>
        CoVisitationTests.Visited(offset, item) with { IsPurchase = true, SinceBought = TimeSpan.FromDays(days) };

    private static PurchaseRhythm RhythmOf(Popularity state, string item) =>
        state.ChangesSince(0, s_now).Single(c => c.Key == item).Value.Rhythm;
}
