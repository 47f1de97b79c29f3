using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Profiles;

public sealed class SessionWindowTests
{
    private static readonly double Tau = new ProfileOptions().ShortTimeConstant.TotalMinutes;

    [Fact]
    public void ReadWindow_PagesOfAllKinds_CountsEachWhereItBelongs()
    {
        var window = Window(
            Input(Noon, Did(BehaviourKind.View, 60), product: 3, touchpoint: Touchpoint.Unspecified),
            Input(Noon, Did(BehaviourKind.View, 30), touchpoint: Touchpoint.Category),
            Input(Noon, Did(BehaviourKind.View, 12), touchpoint: Touchpoint.Support),
            Input(Noon, Did(BehaviourKind.View, 6), touchpoint: Touchpoint.Unspecified),
            Input(Noon, Did(BehaviourKind.View, 3600), product: 4, touchpoint: Touchpoint.Cart));

        Assert.Equal((3, 2, 2), (window.ProductViews, window.ItemViews, window.OtherViews));
        Assert.Equal(4.5, window.ProductMinutes, 1e-9);
        Assert.Equal(0.3, window.OtherMinutes, 1e-9);
    }

    [Fact]
    public void ReadWindow_DwellOnDearProducts_CountsByHowDearTheyAre()
    {
        var (cheap, dearest) = (0, Catalogue.Length - 1);
        var window = Window(
            Input(Noon, Did(BehaviourKind.View, 60), product: cheap),
            Input(Noon, Did(BehaviourKind.View, 120), product: dearest),
            Input(Noon, Did(BehaviourKind.View, 60)));

        Assert.Equal(2, window.DearMinutes, 1e-9);
    }

    [Fact]
    public void ReadWindow_BackAndForth_CountsTheViewsThatWereNotTheLastOfTheirProduct()
    {
        ProfileInput[] visit =
        [
            View(1, minute: 0), View(2, minute: 1), View(1, minute: 4), View(2, minute: 5), View(3, minute: 6), View(1, minute: 10),
        ];
        var expected = Math.Exp(-10 / Tau) + Math.Exp(-9 / Tau) + Math.Exp(-6 / Tau);

        Assert.Equal(expected, Profile(Numbered(visit)).ReadWindow(Noon.AddMinutes(10))!.Value.Repeats, 1e-9);
        Assert.Equal(expected, Profile(Numbered(visit.Reverse())).ReadWindow(Noon.AddMinutes(10))!.Value.Repeats, 1e-9);
    }

    [Fact]
    public void ReadWindow_MoreProductsThanAreRemembered_TakesNoneForARepeat() =>
        Gen.Int[1, 60].Sample(
            static products => Assert.Equal(0, Window([.. Enumerable.Range(0, products).Select(static i => Item($"item-{i}"))]).Repeats, 1e-9),
            iter: 60);

    [Fact]
    public void ReadWindow_ListFullOfLongAgo_StillCountsRepeats()
    {
        var window = Window([.. Enumerable.Range(0, 40).Select(static i => Item($"item-{i}", Noon.AddDays(-2))), Item("a"), Item("a")]);

        Assert.Equal(1, window.Repeats, 1e-6);
    }

    [Fact]
    public void ReadWindow_Searches_TellsCouponsAndFruitlessOnes()
    {
        var window = Window(
            Input(Noon, Sought("Gutscheincode")), Input(Noon, Sought("red lipstick")), Input(Noon, Sought("redlipstick")),
            Input(Noon, Did(BehaviourKind.View), product: 1));

        Assert.Equal((1, 2), (window.CouponSearches, window.FruitlessSearches));
    }

    [Fact]
    public void ReadWindow_HeardOfBefore_IsReturningOnceTheSessionIsAnother()
    {
        var profile = Profile(Numbered([View(1, minute: 0), View(2, minute: 70)]));

        Assert.False(Profile(View(1, minute: 0)).ReadWindow(Noon.AddMinutes(59))!.Value.IsReturning);
        Assert.True(profile.ReadWindow(Noon.AddMinutes(71))!.Value.IsReturning);
        Assert.Null(new UserProfile(ProfileModel.Default).ReadWindow(Noon));
    }

    [Theory]
    [InlineData("coupon", true)]
    [InlineData("any DISCOUNT code?", true)]
    [InlineData("Rabattcode", true)]
    [InlineData("code réduction", true)]
    [InlineData("código descuento", true)]
    [InlineData("codice sconto", true)]
    [InlineData("cupom de desconto", true)]
    [InlineData("kortingscode", true)]
    [InlineData("промокод", true)]
    [InlineData("使用优惠券", true)]
    [InlineData("クーポンコード", true)]
    [InlineData("할인 쿠폰", true)]
    [InlineData("كوبون خصم", true)]
    [InlineData("", false)]
    [InlineData("redness reduction cream", false)]
    [InlineData("summer sale dress", false)]
    [InlineData("viscount", false)]
    [InlineData("口紅", false)]
    public void CouponWords_ASearch_IsForACouponOrNot(string words, bool coupon) => Assert.Equal(coupon, CouponWords.AreIn(words));

    [Theory]
    [InlineData(0, 0, 0, Touchpoint.Product, 0f)]
    [InlineData(1, 0, 0, Touchpoint.Product, float.NaN)]
    [InlineData(0, 0, 0, Touchpoint.Cart, float.NaN)]
    [InlineData(0, 0, 0, Touchpoint.Checkout, 1f)]
    [InlineData(1, 1, 0, Touchpoint.Unspecified, 1f)]
    [InlineData(0, 3, 1, Touchpoint.Home, 0f)]
    public void IntentFeatures_PurchasePath_IsToldByStepsAndMissingWithACartAlone(
        int carted, int steps, int purchases, Touchpoint touchpoint, float expected)
    {
        var doings = Enumerable.Repeat(BehaviourKind.AddToCart, carted).Concat(Enumerable.Repeat(BehaviourKind.CheckoutStep, steps))
            .Concat(Enumerable.Repeat(BehaviourKind.Purchase, purchases));
        var window = Window([.. doings.Append(BehaviourKind.Scroll).Select(static kind => Input(Noon, Did(kind), product: 1))]);

        Assert.Equal(expected, Features(window, Noon, touchpoint)[(int)IntentFeature.PurchasePath]);
    }

    [Theory]
    [InlineData("2026-01-10", float.NaN, 1f)]
    [InlineData("2026-04-30", float.NaN, 0f)]
    [InlineData("2026-05-01", 5f, 0f)]
    [InlineData("2026-12-27", 12f, 1f)]
    public void IntentFeatures_Calendar_IsTheMomentsAndMissingWhereTheDataHadNone(string day, float month, float weekend)
    {
        var features = Features(default, DateTimeOffset.Parse(day + "T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal((month, weekend), (features[(int)IntentFeature.Month], features[(int)IntentFeature.Weekend]));
    }

    [Fact]
    public void IntentFeatures_ShopThatSaysNoDwell_HasItsMinutesMissing()
    {
        var features = Features(Window(View(1, 0, seconds: 0), View(2, 0, seconds: 0), Input(Noon, Did(BehaviourKind.CheckoutStep))), Noon);

        Assert.Equal((2, 1), (features[(int)IntentFeature.ProductPages], features[(int)IntentFeature.OtherPages]));
        Assert.True(float.IsNaN(features[(int)IntentFeature.ProductMinutes]) && float.IsNaN(features[(int)IntentFeature.OtherMinutes]));
        Assert.Equal(0, Features(Window(View(1, 0, seconds: 0)), Noon)[(int)IntentFeature.ProductMinutes]);
    }

    [Fact]
    public void IntentFeatures_OfAnyHistory_AreCountsOrMissing()
    {
        Assert.Equal(IntentFeatures.Count, IntentFeatures.Names.Length);
        Assert.Equal(IntentFeatures.Count, Enum.GetValues<IntentFeature>().Length);
        Gen.Select(Histories, Gen.Int[0, 1000], Gen.Enum<Touchpoint>()).Sample(
            static (history, minutes, touchpoint) =>
            {
                var asOf = Noon.AddMinutes(minutes);
                foreach (var feature in Features(Profile(history).ReadWindow(asOf) ?? default, asOf, touchpoint))
                {
                    Assert.True(float.IsNaN(feature) || feature is >= 0 and < 1000, $"{feature}");
                }
            },
            iter: 200);
    }

    private static float[] Features(SessionWindow window, DateTimeOffset asOf, Touchpoint touchpoint = Touchpoint.Unspecified)
    {
        var features = new float[IntentFeatures.Count];
        IntentFeatures.Write(in window, asOf, touchpoint, features);
        return features;
    }

    private static SessionWindow Window(params ProfileInput[] visit) => Profile(Numbered(visit)).ReadWindow(Noon)!.Value;

    private static ProfileInput View(int product, int minute, int seconds = 10) =>
        Input(Noon.AddMinutes(minute), Did(BehaviourKind.View, seconds), product: product);

    private static ProfileInput Item(string productId, DateTimeOffset? at = null)
    {
        var input = Input(at ?? Noon, Did(BehaviourKind.View, 10));
        return input with { Event = input.Event with { ProductId = productId } };
    }
}
