using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Shoppers;

namespace Personalization.Benchmarks.Quality;

/// <summary>What a slate is worth to a shopper by the simulation's own choice model: known to the judge, never to the engine.</summary>
internal static class PageValue
{
    private const int MaxClicks = 2;

    /// <summary>Expected clicks and impressions of a slate; both are exact, there is no luck in them.</summary>
    /// <param name="shopper">Who looks.</param>
    /// <param name="slate">From the top.</param>
    /// <param name="soughtFamily">What the shopper came for.</param>
    public static (double Clicks, double Impressions) Of(SimulatedShopper shopper, ReadOnlySpan<Item> slate, int soughtFamily)
    {
        // Nobody clicks more than two of a page: the chances to have clicked none, and one, so far.
        double clicks = 0, impressions = 0, seen = 1, none = 1, one = 0;
        for (var i = 0; i < slate.Length; i++)
        {
            var click = ChoiceModel.Click(shopper, slate[i], i + 1, soughtFamily);
            clicks += seen * click * (none + one);
            impressions += seen;
            one = (one * (1 - click)) + (none * click);
            none *= 1 - click;
            seen *= shopper.Manner.Patience;
        }

        System.Diagnostics.Debug.Assert(MaxClicks == 2, "The recurrence above is for two.");
        return (clicks, impressions);
    }

    /// <summary>The items that the shopper would like best, best first.</summary>
    /// <param name="shopper">Who looks.</param>
    /// <param name="from">What there is.</param>
    /// <param name="count">How many.</param>
    /// <param name="soughtFamily">What the shopper came for.</param>
    public static Item[] Best(SimulatedShopper shopper, Item[] from, int count, int soughtFamily)
    {
        var worth = new double[from.Length];
        for (var i = 0; i < from.Length; i++)
        {
            worth[i] = -ChoiceModel.Click(shopper, from[i], 1, soughtFamily);
        }

        var items = (Item[])from.Clone();
        Array.Sort(worth, items);
        return items[..Math.Min(count, items.Length)];
    }
}
