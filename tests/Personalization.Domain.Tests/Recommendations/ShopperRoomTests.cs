using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Tests.Profiles;
using CsCheck;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Recommendations;

public sealed class ShopperRoomTests
{
    [Fact]
    public void View_OfOneShopperAfterAnother_SaysWhatTheirPicturesSay()
    {
        var room = new ShopperRoom();
        Gen.Select(Histories, Gen.Int[0, 200_000]).Sample(
            (history, minutes) =>
            {
                var (profile, asOf) = (Profile(history), Noon.AddMinutes(minutes));
                var expected = ShopperView.Of(profile.Snapshot(Ann, asOf), profile.Revision);

                var view = room.View(profile, Ann, asOf, out var reading);

                Assert.Equal(expected.Revision, view.Revision);
                Assert.Equal(expected.Features, view.Features);
                Assert.Equal(expected.Categories, view.Categories);
                Assert.Equal(expected.Brands, view.Brands);
                Assert.Equal(expected.Attributes, view.Attributes);
                Assert.Equal(expected.Viewed, view.Viewed);
                Assert.Equal(expected.InCart, view.InCart);
                Assert.Equal(expected.Purchased, view.Purchased);
                Assert.Equal(expected.Dismissed, view.Dismissed);
                Assert.Equal(expected.Shown, view.Shown);
                Assert.Equal(profile.Read(asOf).ShortTerm, reading.ShortTerm);
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void Leave_AViewThatIsStillHeld_SaysNothingOfTheNextShopper()
    {
        var room = new ShopperRoom();
        var view = room.View(Profile(Input(Noon, Did(BehaviourKind.View), product: 1)), Ann, Noon, out _);
        Assert.Equal(1, view.Viewed.Length);

        room.Leave();

        Assert.Equal((0, 0, 0), (view.Viewed.Length, view.Brands.Length, view.Shown.Length));
    }

    [Fact]
    public void View_ForTheSecondTime_AllocatesNothing()
    {
        var room = new ShopperRoom();
        var profile = Profile(Numbered(Enumerable.Range(0, 11).Select(static i => Input(Noon.AddSeconds(i), Did(BehaviourKind.View), product: i))));
        Look();
        Look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Look();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        int Look()
        {
            var view = room.View(profile, Ann, Noon.AddMinutes(1), out _);
            var seen = view.Categories.Length + view.Brands.Length + view.Attributes.Length + view.Viewed.Length + view.Shown.Length;
            room.Leave();
            return seen;
        }
    }
}
