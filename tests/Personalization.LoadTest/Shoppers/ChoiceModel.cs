using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Shoppers;

/// <summary>
/// How shoppers choose: every probability of the simulation in one place. The same for all arms; what an arm shows is the
/// only thing that differs.
/// </summary>
/// <remarks>
/// With t = taste in standard deviations, a = allure, q = quality, p = price misfit, m = mood's valence, f = how often the
/// item was seen of late (at most 4), k = slot:
/// <list type="bullet">
/// <item>The shopper sees slots 1…D, D geometric with the shopper's patience, whatever the slots hold.</item>
/// <item>P(attends | seen) = 1 / (1 + 0.12 (k − 1)): position bias.</item>
/// <item>P(click | attends) = σ(−3.6 + 1.0 t + 0.45 a + 1.0 [of the sought family] − 0.8 p + 0.35 m − 0.15 f − 1.5 [owned]).</item>
/// <item>P(cart | viewed) = σ(−1.5 + 0.9 t + 0.6 q − 1.0 p + 0.4 m).</item>
/// <item>P(buys | checkout) = σ(0.1 + 0.5 t̄ − 1.4 p̄ + 0.8 m + what the intervention does).</item>
/// <item>Content with a purchase: tanh(1.15 q + 0.25 t + 0.2 ε).</item>
/// <item>P(returns) = σ(−2.6 − 2.2 · content).</item>
/// </list>
/// </remarks>
internal static class ChoiceModel
{
    /// <summary>How many slots of a slate this shopper gets to see.</summary>
    public static int Depth(SimulatedShopper shopper, int slots)
    {
        var depth = 1;
        while (depth < slots && shopper.Rng.Chance(shopper.Manner.Patience))
        {
            depth++;
        }

        return depth;
    }

    /// <summary>Probability that the item in a slot that was seen is clicked.</summary>
    public static double Click(SimulatedShopper shopper, Item item, int slot, int soughtFamily)
    {
        var attends = 1 / (1 + (0.12 * (slot - 1)));
        var fatigue = Math.Min(4, shopper.ExposuresOf(item));
        return attends * Sigmoid(
            -3.6
            + (1.0 * shopper.Taste.Of(item))
            + (0.45 * item.Truth.Allure)
            + (item.FamilyIndex == soughtFamily ? 1.0 : 0)
            - (0.8 * shopper.Taste.PriceMisfit(item))
            + (0.35 * shopper.Mood.Valence)
            - (0.15 * fatigue)
            - (shopper.Purchased.Contains(item.Index) ? 1.5 : 0));
    }

    /// <summary>Probability that an item that was seen and not clicked is waved away.</summary>
    public static double Dismiss(SimulatedShopper shopper, Item item) =>
        0.05 * Sigmoid(-2.5 - (1.2 * shopper.Taste.Of(item)) - (0.8 * shopper.Mood.Valence));

    /// <summary>Probability that an item that was viewed goes into the cart.</summary>
    public static double AddToCart(SimulatedShopper shopper, Item item) => Sigmoid(
        -1.5
        + (0.9 * shopper.Taste.Of(item))
        + (0.6 * item.Truth.Quality)
        - (1.0 * shopper.Taste.PriceMisfit(item))
        + (0.4 * shopper.Mood.Valence));

    /// <summary>How long an item is looked at, in milliseconds: longer the more it appeals.</summary>
    public static int DwellMs(SimulatedShopper shopper, Item item) => (int)Math.Clamp(
        5000 * Math.Exp((0.45 * shopper.Taste.Of(item)) + (0.35 * item.Truth.Quality) + (0.55 * shopper.Rng.Normal())), 400, 240_000);

    /// <summary>Probability that the checkout ends in a purchase.</summary>
    /// <param name="shopper">Who.</param>
    /// <param name="effect">What the intervention adds, in log-odds.</param>
    /// <param name="discountPercent">What is taken off the price.</param>
    public static double Buy(SimulatedShopper shopper, double effect, double discountPercent)
    {
        double taste = 0, misfit = 0;
        foreach (var entry in shopper.Cart)
        {
            taste += shopper.Taste.Of(entry.Item) / shopper.Cart.Count;
            misfit += shopper.Taste.PriceMisfit(entry.Item, discountPercent) / shopper.Cart.Count;
        }

        return Sigmoid(0.1 + (0.5 * taste) - (1.4 * misfit) + (0.8 * shopper.Mood.Valence) + effect);
    }

    /// <summary>How content a shopper turns out to be with something bought, [−1, 1].</summary>
    public static double Satisfaction(SimulatedShopper shopper, Item item) =>
        Math.Tanh((1.15 * item.Truth.Quality) + (0.25 * shopper.Taste.Of(item)) + (0.2 * shopper.Rng.Normal()));

    /// <summary>What shows in the face at a try-on, [−1, 1].</summary>
    public static double TryOnFeeling(SimulatedShopper shopper, Item item) =>
        Math.Tanh((0.8 * item.Truth.Quality) + (0.4 * shopper.Taste.Of(item)) + (0.25 * shopper.Mood.Valence) + (0.25 * shopper.Rng.Normal()));

    /// <summary>Probability that something bought is sent back.</summary>
    public static double Return(double satisfaction) => Sigmoid(-2.6 - (2.2 * satisfaction));

    /// <summary>The logistic function.</summary>
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>How a slate makes its viewer feel: by how well the best of what was seen fits.</summary>
    public static double SlateFeeling(SimulatedShopper shopper, ReadOnlySpan<Item> seen)
    {
        double sum = 0;
        foreach (var item in seen)
        {
            sum += Math.Clamp(shopper.Taste.Of(item), -2, 2.5);
        }

        return seen.Length == 0 ? -0.05 : 0.08 * ((sum / seen.Length) - 0.25);
    }
}
