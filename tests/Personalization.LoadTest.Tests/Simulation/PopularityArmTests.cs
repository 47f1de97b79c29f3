using Microsoft.Extensions.Time.Testing;
using Personalization.Client;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;

namespace Personalization.LoadTest.Tests.Simulation;

public sealed class PopularityArmTests : IDisposable
{
    private const int Looks = 200_000;
    private static readonly Catalogue Shop = CatalogueGenerator.Make(1, 400);
    private static readonly ShopperFactory Factory = new(1, Shop);
    private readonly FakeTimeProvider _time = new();
    private readonly PersonalizationClient _client = PersonalizationClient.Connect("http://127.0.0.1:1");

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task FillAsync_AfterManyLooks_ShowsStrangersWhatTheyClickMoreThanChanceDoes()
    {
        var arm = new PopularityArm(Shop, _time, seed: 1);
        var rng = new Rng(7);
        var shoppers = Enumerable.Range(0, 100).Select(n => Factory.Make(n, Arm.Random)).ToArray();
        for (var look = 0; look < Looks; look++)
        {
            var (shopper, item) = (rng.Pick(shoppers), rng.Pick(Shop.Items));
            if (rng.Chance(ChoiceModel.Click(shopper, item, 1, -1)))
            {
                arm.Observe(item, 1);
            }
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        var strangers = Enumerable.Range(1000, 50).Select(n => Factory.Make(n, Arm.Popularity)).ToArray();
        var slate = await arm.FillAsync(Ask(strangers[0]), CancellationToken.None);
        Assert.Equal(10, slate.Items.Length);
        Assert.True(Clicks(strangers, slate.Items) > 1.3 * Clicks(strangers, Shop.Items), $"{Clicks(strangers, slate.Items)} {Clicks(strangers, Shop.Items)}");
    }

    [Fact]
    public async Task FillAsync_BeforeItIsRankedAnew_ShowsWhatItDid()
    {
        var arm = new PopularityArm(Shop, _time, seed: 1);
        var shopper = Factory.Make(0, Arm.Popularity);
        var before = await arm.FillAsync(Ask(shopper), CancellationToken.None);
        var last = Shop.Items.Last(i => i.InStock && !before.Items.Contains(i));
        arm.Observe(last, PopularityArm.PurchaseWeight);
        Assert.Equal(before.Items, (await arm.FillAsync(Ask(shopper), CancellationToken.None)).Items);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(last, (await arm.FillAsync(Ask(shopper), CancellationToken.None)).Items[0]);
    }

    private SlateRequest Ask(SimulatedShopper shopper) =>
        new(shopper, _client.OpenSession(Who.User(shopper.UserId, "visit")), "home", 10, null, null);

    private static double Clicks(SimulatedShopper[] shoppers, Item[] items) =>
        shoppers.Average(s => items.Average(i => ChoiceModel.Click(s, i, 1, -1)));
}
