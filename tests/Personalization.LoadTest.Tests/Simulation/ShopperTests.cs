using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Shoppers;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Simulation;

public sealed class ShopperTests
{
    private static readonly Catalogue Shop = CatalogueGenerator.Make(1, 1000);
    private static readonly ShopperFactory Factory = new(1, Shop);

    [Fact]
    public void Taste_OverTheCatalogue_HasAboutMeanZeroAndSpreadOne()
    {
        for (var n = 0; n < 20; n++)
        {
            var taste = Factory.Make(n, Arm.Engine).Taste;
            var values = Shop.Items.Select(taste.Of).ToArray();
            Assert.Equal(0, values.Average(), 0.35);
            Assert.Equal(1, Math.Sqrt(values.Average(v => v * v)), 0.35);
        }
    }

    [Fact]
    public void Click_BetterFit_IsLikelier()
    {
        var shopper = Factory.Make(3, Arm.Engine);
        var byTaste = Shop.Items.OrderBy(shopper.Taste.Of).ToArray();
        var worst = byTaste.Take(50).Average(i => ChoiceModel.Click(shopper, i, 1, -1));
        var best = byTaste.TakeLast(50).Average(i => ChoiceModel.Click(shopper, i, 1, -1));
        Assert.True(best > 5 * worst, $"{worst} {best}");
    }

    [Fact]
    public void Click_LowerSlot_IsLessLikelyForTheSameItem()
    {
        var shopper = Factory.Make(3, Arm.Engine);
        var probabilities = Enumerable.Range(1, 10).Select(slot => ChoiceModel.Click(shopper, Shop.Items[0], slot, -1)).ToArray();
        Assert.Equal(probabilities.OrderDescending(), probabilities);
    }

    [Fact]
    public void Expose_MoreThanIsRemembered_ForgetsTheOldest()
    {
        var shopper = Factory.Make(4, Arm.Engine);
        shopper.Expose(Shop.Items[0]);
        shopper.Expose(Shop.Items[0]);
        Assert.Equal(2, shopper.ExposuresOf(Shop.Items[0]));
        for (var i = 1; i <= 64; i++)
        {
            shopper.Expose(Shop.Items[i]);
        }

        Assert.Equal(0, shopper.ExposuresOf(Shop.Items[0]));
        Assert.Equal(1, shopper.ExposuresOf(Shop.Items[64]));
    }

    [Fact]
    public void Buy_HelpForTheUpset_RaisesTheirChanceMost()
    {
        var calm = Factory.Make(5, Arm.Engine);
        var upset = Factory.Make(5, Arm.Engine);
        upset.Mood.Move(-3);
        double Lift(SimulatedShopper s) => Enumerable.Range(0, 400).Average(_ => InterventionModel.Respond(s, InterventionAction.Help).Effect);
        Assert.True(Lift(upset) > Lift(calm) + 0.3);
    }

    [Fact]
    public void Satisfaction_OverManyBuyers_RanksProductsByTheirQuality()
    {
        var items = Shop.Items.Take(120).ToArray();
        var shoppers = Enumerable.Range(0, 60).Select(n => Factory.Make(n, Arm.Engine)).ToArray();
        var means = items.Select(i => shoppers.Average(s => ChoiceModel.Satisfaction(s, i))).ToArray();
        Assert.True(LoadTest.Measuring.Spearman.Of(means, [.. items.Select(i => i.Truth.Quality)]) > 0.9);
    }
}
