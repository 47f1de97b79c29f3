namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How the factor model is made. The defaults were chosen by leave-last-out on purchase sequences of beauty products.</summary>
public sealed record FactorOptions
{
    /// <summary>Numbers per product, 8 to 128; a multiple of 8.</summary>
    public int Rank { get; init; } = 32;

    /// <summary>How many neighbours of a product are kept, 1 to 128.</summary>
    public int KeptPerItem { get; init; } = 64;

    /// <summary>Of how many products at most, those with the most company first: 1,000 to 1,000,000.</summary>
    public int MostItems { get; init; } = 250_000;

    /// <summary>Above so many products neighbours are looked for in the nearest clusters only: 256 to 100,000.</summary>
    public int ExactUpTo { get; init; } = 20_000;

    /// <summary>Passes over the graph, 1 to 20.</summary>
    public int Passes { get; init; } = 4;

    /// <summary>Contexts count by their weight to this power, (0, 1]: below 1, rare ones count for more than their share.</summary>
    public double ContextExponent { get; init; } = 0.75;

    /// <summary>The seed of the start.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(Rank is >= 8 and <= 128 && Rank % 8 == 0, nameof(Rank), Rank, "8 to 128, a multiple of 8");
        Require(KeptPerItem is >= 1 and <= 128, nameof(KeptPerItem), KeptPerItem, "1 to 128");
        Require(MostItems is >= 1000 and <= 1_000_000, nameof(MostItems), MostItems, "1000 to 1000000");
        Require(ExactUpTo is >= 256 and <= 100_000, nameof(ExactUpTo), ExactUpTo, "256 to 100000");
        Require(Passes is >= 1 and <= 20, nameof(Passes), Passes, "1 to 20");
        Require(ContextExponent is > 0 and <= 1, nameof(ContextExponent), ContextExponent, "above 0 to 1");
    }

    private static void Require(bool holds, string field, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}
