using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Profiles;

public sealed class ShoppingSignalsTests
{
    private static readonly Gen<double[]> Counts = Gen.Double[0, 20].Array[Interaction.Kinds];

    private static readonly Gen<SessionWindow> Windows = Gen.Select(Counts, Gen.Double[0, 60], Gen.Double[0, 20].Array[4]).Select(
        static (counts, minutes, others) => Window(counts) with
        {
            Minutes = minutes,
            DearMinutes = Math.Min(minutes, others[0]),
            CouponSearches = Math.Min(counts[(int)InteractionKind.Search], others[1]),
            ItemViews = Math.Min(counts[(int)InteractionKind.View], others[2]),
            Repeats = Math.Min(counts[(int)InteractionKind.View], Math.Min(others[2], others[3])),
        });

    [Fact]
    public void Signals_AnyCounts_AreBetweenZeroAndOne() =>
        Windows.Sample(static window =>
        {
            var recent = window.Counts;
            Assert.InRange(ShoppingSignals.Intent(recent), 0, 1);
            Assert.InRange(ShoppingSignals.Hesitation(in window), 0, 1);
            Assert.InRange(ShoppingSignals.Frustration(in window), 0, 1);
            Assert.InRange(ShoppingSignals.Fatigue(recent), 0, 1);
        });

    [Theory]
    [InlineData(InteractionKind.View, 1)]
    [InlineData(InteractionKind.Click, 1)]
    [InlineData(InteractionKind.Search, 1)]
    [InlineData(InteractionKind.Wishlist, 1)]
    [InlineData(InteractionKind.AddToCart, 1)]
    [InlineData(InteractionKind.CheckoutStep, 1)]
    [InlineData(InteractionKind.RemoveFromCart, -1)]
    [InlineData(InteractionKind.Abandon, -1)]
    [InlineData(InteractionKind.Purchase, -1)]
    [InlineData(InteractionKind.Return, -1)]
    public void Intent_MoreOfAKind_MovesItsWay(InteractionKind kind, int way) =>
        Counts.Sample(recent => Assert.True(way * (ShoppingSignals.Intent(More(recent, kind)) - ShoppingSignals.Intent(recent)) >= 0));

    [Theory]
    [InlineData(InteractionKind.RemoveFromCart, 1)]
    [InlineData(InteractionKind.RageClick, 1)]
    [InlineData(InteractionKind.Abandon, 1)]
    [InlineData(InteractionKind.CheckoutStep, 1)]
    [InlineData(InteractionKind.Search, 1)]
    [InlineData(InteractionKind.Purchase, -1)]
    public void Hesitation_MoreOfAKind_MovesItsWay(InteractionKind kind, int way) =>
        Windows.Sample(window => Assert.True(way * (ShoppingSignals.Hesitation(More(window, kind)) - ShoppingSignals.Hesitation(window)) >= 0));

    [Theory]
    [InlineData(InteractionKind.RageClick, 1)]
    [InlineData(InteractionKind.Search, 1)]
    [InlineData(InteractionKind.CheckoutStep, 1)]
    [InlineData(InteractionKind.Abandon, 1)]
    [InlineData(InteractionKind.Click, -1)]
    [InlineData(InteractionKind.Purchase, -1)]
    public void Frustration_MoreOfAKind_MovesItsWay(InteractionKind kind, int way) =>
        Windows.Sample(window => Assert.True(way * (ShoppingSignals.Frustration(More(window, kind)) - ShoppingSignals.Frustration(window)) >= 0));

    [Fact]
    public void HesitationAndFrustration_StrongerSign_NeverLowersThem() =>
        Gen.Select(Windows, Gen.Double[0, 5]).Sample(static (window, more) =>
        {
            SessionWindow[] stronger =
            [
                window with { Repeats = window.Repeats + more },
                window with { DearMinutes = window.DearMinutes + more },
                window with { Minutes = window.Minutes + more },
                window with { CouponSearches = window.CouponSearches + more },
            ];
            foreach (var each in stronger)
            {
                Assert.True(ShoppingSignals.Hesitation(in each) >= ShoppingSignals.Hesitation(in window));
                Assert.True(ShoppingSignals.Frustration(in each) >= ShoppingSignals.Frustration(in window));
            }
        });

    [Fact]
    public void HesitationAndFrustration_EachSignAlone_RaisesWhatItIsASignOf()
    {
        var idle = Window(new double[Interaction.Kinds]);
        Assert.All(
            new[]
            {
                idle with { Repeats = 4 }, idle with { DearMinutes = 3 }, idle with { Minutes = 3 }, idle with { CouponSearches = 1 },
                More(idle, InteractionKind.RageClick), More(idle, InteractionKind.Abandon),
                More(More(idle, InteractionKind.AddToCart), InteractionKind.RemoveFromCart),
            },
            static torn => Assert.True(ShoppingSignals.Hesitation(in torn) > 0.1));
        Assert.All(
            new[]
            {
                idle with { Repeats = 5 }, More(idle, InteractionKind.RageClick), More(idle, InteractionKind.Abandon),
                More(More(idle, InteractionKind.Search), InteractionKind.Search),
            },
            static stuck => Assert.True(ShoppingSignals.Frustration(in stuck) > 0.1));
        Assert.Equal(0, ShoppingSignals.Hesitation(in idle));
        Assert.Equal(0, ShoppingSignals.Frustration(in idle));
    }

    [Fact]
    public void Signals_OfAVisit_RiseToTheCheckoutAndAreSettledByThePurchase()
    {
        var visit = new List<ProfileInput>();
        var (atStart, _) = After(Did(BehaviourKind.View, 30));
        var (inCart, calm) = After(Did(BehaviourKind.AddToCart));
        var (_, torn) = After(Did(BehaviourKind.RemoveFromCart), Did(BehaviourKind.AddToCart), Did(BehaviourKind.RemoveFromCart));
        var (atCheckout, _) = After(Did(BehaviourKind.AddToCart), Did(BehaviourKind.CheckoutStep), Did(BehaviourKind.CheckoutStep));
        var (angry, angrier) = After(Did(BehaviourKind.RageClick, count: 9));
        var (bought, relieved) = After(Did(BehaviourKind.Purchase));

        Assert.InRange(atStart, 0.1, 0.2);
        Assert.InRange(inCart, 0.2, 0.4);
        Assert.InRange(atCheckout, 0.45, 0.8);
        Assert.Equal(atCheckout, angry, 0.05);
        Assert.True(bought < atCheckout - 0.15);
        Assert.True(calm < 0.05);
        Assert.InRange(torn, 0.4, 0.8);
        Assert.True(angrier > torn + 0.03);
        Assert.True(relieved < angrier - 0.2);

        (double Intent, double Hesitation) After(params ReadOnlySpan<BehaviourPayload> doings)
        {
            foreach (var doing in doings)
            {
                visit.Add(Input(Noon.AddSeconds(20 * visit.Count), doing, product: 4));
            }

            var reading = Profile(Numbered(visit)).Read(Noon.AddSeconds(20 * visit.Count));
            return (reading.Intent, reading.Hesitation);
        }
    }

    [Fact]
    public void Signals_OfLongAgo_AreGone()
    {
        var profile = Profile(Numbered(Enumerable.Range(0, 6).Select(static i =>
            Input(Noon, Did(i % 2 == 0 ? BehaviourKind.AddToCart : BehaviourKind.RemoveFromCart), product: 1))));

        Assert.Equal(0, profile.Read(Noon.AddDays(1)).Hesitation, 1e-9);
        Assert.Equal(new UserProfile(ProfileModel.Default).Read(Noon).Intent, profile.Read(Noon.AddDays(1)).Intent, 1e-9);
    }

    private static SessionWindow Window(double[] recent)
    {
        var counts = default(InteractionCounts);
        recent.CopyTo(counts);
        return new SessionWindow { Counts = counts };
    }

    private static SessionWindow More(SessionWindow window, InteractionKind kind)
    {
        var counts = window.Counts;
        counts[(int)kind] += 1;
        return window with { Counts = counts };
    }

    private static double[] More(double[] recent, InteractionKind kind)
    {
        var more = recent.ToArray();
        more[(int)kind] += 1;
        return more;
    }
}
