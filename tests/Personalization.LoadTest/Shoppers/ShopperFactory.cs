using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Shoppers;

/// <summary>
/// Makes shoppers: each leans on one of a dozen archetypes (so that what some like tells something about others) and differs
/// from it in their own way.
/// </summary>
internal sealed class ShopperFactory
{
    private const int Archetypes = 12;
    private const int CalibrationSample = 240;
    private readonly int _seed;
    private readonly Catalogue _catalogue;
    private readonly Taste[] _archetypes;
    private readonly Item[] _sample;
    private readonly double[] _popularity;

    public ShopperFactory(int seed, Catalogue catalogue)
    {
        _seed = seed;
        _catalogue = catalogue;
        var rng = Rng.For(seed, "archetypes");
        _archetypes = [.. Enumerable.Range(0, Archetypes).Select(_ => DrawTaste(rng, null))];
        _sample = [.. Enumerable.Range(0, CalibrationSample).Select(_ => rng.Pick(catalogue.Items))];
        _popularity = RunningSums(catalogue);
    }

    /// <summary>Makes the n-th shopper; the same seed and catalogue, the same shopper.</summary>
    /// <param name="index">Which.</param>
    /// <param name="arm">The arm this shopper is in.</param>
    public SimulatedShopper Make(int index, Arm arm)
    {
        var rng = Rng.For(_seed, "shopper", index);
        var taste = DrawTaste(rng, _archetypes[rng.Next(Archetypes)]);
        taste.Calibrate(_sample);
        var shopper = new SimulatedShopper
        {
            Index = index,
            UserId = $"shopper-{_seed}-{index:D6}",
            Taste = taste,
            Mood = new Mood(Math.Clamp(rng.Normal(0.08, 0.2), -0.6, 0.7), rng.Between(0.5, 1.5)),
            Manner = DrawManner(rng),
            Rng = rng,
            Arm = arm,
        };
        FillShelf(shopper);
        return shopper;
    }

    private Taste DrawTaste(Rng rng, Taste? archetype)
    {
        // Two thirds of a shopper's variance is the archetype's, one third their own.
        var own = archetype is null ? 1.0 : 0.58;
        return new Taste
        {
            Families = Weights(rng, Family.All.Count, 0.75, own, archetype?.Families),
            Brands = Weights(rng, _catalogue.Brands.Length, 0.6, own, archetype?.Brands),
            Traits = Weights(rng, TraitValues.Count, 0.5, own, archetype?.Traits),
            PriceLevel = Math.Clamp(0.5 * (archetype?.PriceLevel ?? rng.NextDouble()) + (0.5 * rng.NextDouble()), 0.05, 0.95),
            PriceSensitivity = rng.Between(0.3, 2),
        };
    }

    private static float[] Weights(Rng rng, int count, double spread, double own, float[]? archetype)
    {
        var weights = new float[count];
        for (var i = 0; i < count; i++)
        {
            weights[i] = (float)((spread * own * rng.Normal()) + (archetype is null ? 0 : 0.82 * archetype[i]));
        }

        return weights;
    }

    private static Manner DrawManner(Rng rng)
    {
        var biometric = rng.Chance(0.62);
        return new Manner(
            Expressiveness: rng.Between(0.3, 1.2),
            Talkativeness: rng.NextDouble(),
            Carelessness: rng.Chance(0.4) ? rng.Between(0.005, 0.08) : 0,
            Emoji: rng.Chance(0.5) ? rng.Between(0.1, 0.8) : 0,
            Irony: rng.Chance(0.2) ? rng.Between(0.03, 0.15) : 0,
            Patience: rng.Between(0.78, 0.96),
            PitchHz: rng.Chance(0.75) ? rng.Between(165, 255) : rng.Between(85, 155),
            Camera: biometric,
            Microphone: biometric && rng.Chance(0.8),
            Personalised: rng.Chance(0.97));
    }

    /// <summary>Nobody starts with an empty shelf: what is at home is what is liked, what is well made and what everybody has.</summary>
    private void FillShelf(SimulatedShopper shopper)
    {
        var rng = shopper.Rng;
        var shelf = 3 + rng.Next(8);
        for (var tries = 0; tries < 200 && shopper.Owned.Count < shelf; tries++)
        {
            var item = _catalogue.Items[rng.PickCumulative(_popularity)];
            var keeps = ChoiceModel.Sigmoid(-0.5 + (0.8 * shopper.Taste.Of(item)) - (0.8 * shopper.Taste.PriceMisfit(item)));
            if (rng.Chance(keeps) && shopper.Owned.All(p => p.Item != item))
            {
                shopper.Owned.Add(new Possession(item, ChoiceModel.Satisfaction(shopper, item)) { Settled = true });
            }
        }
    }

    private static double[] RunningSums(Catalogue catalogue)
    {
        var sums = new double[catalogue.Items.Length];
        double sum = 0;
        for (var i = 0; i < sums.Length; i++)
        {
            sum += Math.Exp(0.9 * catalogue.Items[i].Truth.Allure);
            sums[i] = sum;
        }

        return sums;
    }
}
