using Personalization.LoadTest.Catalogues;

namespace Personalization.LoadTest.Shoppers;

/// <summary>What a shopper likes: hidden from the engine, which sees only what comes of it.</summary>
internal sealed class Taste
{
    /// <summary>How drawn to each family.</summary>
    public required float[] Families { get; init; }

    /// <summary>How drawn to each brand.</summary>
    public required float[] Brands { get; init; }

    /// <summary>How drawn to each trait value.</summary>
    public required float[] Traits { get; init; }

    /// <summary>The price level that feels right, 0 to 1.</summary>
    public required double PriceLevel { get; init; }

    /// <summary>How much a price off that level matters; 0.3 to 2.</summary>
    public required double PriceSensitivity { get; init; }

    /// <summary>Mean of the raw sum over the catalogue: set once the shopper is made.</summary>
    public double Mean { get; set; }

    /// <summary>Standard deviation of the raw sum over the catalogue.</summary>
    public double Deviation { get; set; } = 1;

    /// <summary>How much an item is to this shopper's taste, in standard deviations over the catalogue.</summary>
    public double Of(Item item) => (Raw(item) - Mean) / Deviation;

    /// <summary>How far an item's price is above what feels right, times how much that matters; cheaper is no drawback. 0 or more.</summary>
    public double PriceMisfit(Item item, double discountPercent = 0)
    {
        var level = item.PriceLevel - (discountPercent * 0.01);
        return PriceSensitivity * Math.Max(0, level - PriceLevel);
    }

    /// <summary>Calibrates against a sample of the catalogue.</summary>
    public void Calibrate(ReadOnlySpan<Item> sample)
    {
        double sum = 0, squares = 0;
        foreach (var item in sample)
        {
            var raw = Raw(item);
            sum += raw;
            squares += raw * raw;
        }

        Mean = sum / sample.Length;
        Deviation = Math.Max(1e-6, Math.Sqrt(Math.Max(0, (squares / sample.Length) - (Mean * Mean))));
    }

    private double Raw(Item item)
    {
        double sum = Families[item.FamilyIndex] + Brands[item.Brand];
        foreach (var trait in item.Traits)
        {
            sum += Traits[trait];
        }

        return sum;
    }
}
