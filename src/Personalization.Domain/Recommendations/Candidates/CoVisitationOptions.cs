namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How co-visitation counts and weighs. The defaults were chosen by leave-last-out on purchase sequences of beauty products.</summary>
public sealed record CoVisitationOptions
{
    /// <summary>After how long a visit counts half.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How many neighbours are kept per product, 8 to 512.</summary>
    public int KeptPerItem { get; init; } = 128;

    /// <summary>How many of them readers get, at most <see cref="KeptPerItem"/>.</summary>
    public int PublishedPerItem { get; init; } = 48;

    /// <summary>How many products that came directly after it are kept per product, 8 to 512.</summary>
    public int KeptNextPerItem { get; init; } = 32;

    /// <summary>How many of them readers get, at most <see cref="KeptNextPerItem"/>.</summary>
    public int PublishedNextPerItem { get; init; } = 16;

    /// <summary>Visits by which the chance of what comes next is shrunk: after fewer, it is less than half of their share; above 0 to 1000.</summary>
    public double NextPrior { get; init; } = 5;

    /// <summary>A pair d steps apart counts d^−a: a in [0, 2].</summary>
    public double DistanceExponent { get; init; } = 0.5;

    /// <summary>What the later product of a pair says for the earlier one, against the other way round: [0, 1].</summary>
    public double BackwardWeight { get; init; } = 0.4;

    /// <summary>A neighbour's score is divided by its own weight to this power, [0, 1]: 0 favours what everybody looks at.</summary>
    public double PopularityExponent { get; init; } = 0.4;

    /// <summary>… and by the weight of the product it is a neighbour of, [0, 1]: 0 lets much-visited products speak louder.</summary>
    public double SourceExponent { get; init; } = 0.2;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(HalfLife >= TimeSpan.FromMinutes(1) && HalfLife <= TimeSpan.FromDays(3650), nameof(HalfLife), HalfLife, "1 minute to 3650 days");
        Require(KeptPerItem is >= 8 and <= 512, nameof(KeptPerItem), KeptPerItem, "8 to 512");
        Require(PublishedPerItem >= 1 && PublishedPerItem <= KeptPerItem, nameof(PublishedPerItem), PublishedPerItem, $"1 to {KeptPerItem}");
        Require(KeptNextPerItem is >= 8 and <= 512, nameof(KeptNextPerItem), KeptNextPerItem, "8 to 512");
        Require(PublishedNextPerItem >= 1 && PublishedNextPerItem <= KeptNextPerItem, nameof(PublishedNextPerItem), PublishedNextPerItem, $"1 to {KeptNextPerItem}");
        Require(NextPrior is > 0 and <= 1000, nameof(NextPrior), NextPrior, "above 0 to 1000");
        Require(DistanceExponent is >= 0 and <= 2, nameof(DistanceExponent), DistanceExponent, "0 to 2");
        Require(BackwardWeight is >= 0 and <= 1, nameof(BackwardWeight), BackwardWeight, "0 to 1");
        Require(PopularityExponent is >= 0 and <= 1, nameof(PopularityExponent), PopularityExponent, "0 to 1");
        Require(SourceExponent is >= 0 and <= 1, nameof(SourceExponent), SourceExponent, "0 to 1");
    }

    private static void Require(bool holds, string field, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}
