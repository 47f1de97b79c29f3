namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How often and after how long something is bought again: decayed sums over its purchases, which add up over products.</summary>
/// <remarks>
/// The share of purchases that are repeats, and a log-normal distribution of the time between two, after Bhagat, Muralidharan,
/// Lobzhanidze, Vishwanath: "Buy it again: modeling repeat purchase recommendations" (KDD 2018: repeat customer probability and
/// aggregate time distribution), each shrunk toward the product's category by <see cref="Prior"/> observations.
/// </remarks>
/// <param name="Purchases">Purchases, decayed.</param>
/// <param name="Repeats">Those of them by somebody who had bought it before.</param>
/// <param name="LogDays">Σ ln of the days in between.</param>
/// <param name="SquaredLogDays">Σ of its square.</param>
public readonly record struct PurchaseRhythm(double Purchases, double Repeats, double LogDays, double SquaredLogDays)
{
    /// <summary>The shortest time after which buying again is a repeat: what comes sooner is another order of the same need.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(730);

    /// <summary>By how many observations a product is shrunk toward its category.</summary>
    private const double Prior = 10;

    /// <summary>How many repeats of a product or its category there must be before anything is said.</summary>
    private const double FewestRepeats = 3;

    /// <summary>The share of repeats from which on it is taken for something that is used up.</summary>
    private const double LeastShare = 0.05;

    // Half a standard deviation early is soon enough to be reminded, three late is given up.
    private const double Earliest = -0.5;
    private const double Latest = 3;
    private const double NarrowestVariance = 0.04;

    /// <summary>Nothing known.</summary>
    public static PurchaseRhythm None => default;

    /// <summary>Adds two up.</summary>
    public static PurchaseRhythm operator +(PurchaseRhythm a, PurchaseRhythm b) =>
        new(a.Purchases + b.Purchases, a.Repeats + b.Repeats, a.LogDays + b.LogDays, a.SquaredLogDays + b.SquaredLogDays);

    /// <summary>Takes one out of another.</summary>
    public static PurchaseRhythm operator -(PurchaseRhythm a, PurchaseRhythm b) =>
        new(a.Purchases - b.Purchases, a.Repeats - b.Repeats, a.LogDays - b.LogDays, a.SquaredLogDays - b.SquaredLogDays);

    /// <summary>Multiplies all sums.</summary>
    public static PurchaseRhythm operator *(PurchaseRhythm a, double factor) =>
        new(a.Purchases * factor, a.Repeats * factor, a.LogDays * factor, a.SquaredLogDays * factor);

    /// <summary>A purchase.</summary>
    /// <param name="since">How long after the buyer's last one of the same product; not positive for a first one.</param>
    public static PurchaseRhythm OfPurchase(TimeSpan since)
    {
        if (since < Shortest || since > Longest)
        {
            return new PurchaseRhythm(1, 0, 0, 0);
        }

        var log = Math.Log(since.TotalDays);
        return new PurchaseRhythm(1, 1, log, log * log);
    }

    /// <summary>
    /// How much a product is due again, [0, 1]: the share of repeats times the log-normal density at this time over its largest; 0
    /// for what is not used up, is much too early or long forgotten, or of which too little is known.
    /// </summary>
    /// <param name="category">The same sums over its category, itself included.</param>
    /// <param name="since">How long ago it was bought.</param>
    public double Due(PurchaseRhythm category, TimeSpan since)
    {
        if (since < Shortest || category.Repeats < FewestRepeats)
        {
            return 0;
        }

        var share = (Repeats + (Prior * category.Repeats / category.Purchases)) / (Purchases + Prior);
        var (usual, squared) = (category.LogDays / category.Repeats, category.SquaredLogDays / category.Repeats);
        var mean = (LogDays + (Prior * usual)) / (Repeats + Prior);
        var variance = ((SquaredLogDays + (Prior * squared)) / (Repeats + Prior)) - (mean * mean);
        var z = (Math.Log(since.TotalDays) - mean) / Math.Sqrt(Math.Max(NarrowestVariance, variance));
        return share >= LeastShare && z is >= Earliest and <= Latest ? Math.Min(1, share) * Math.Exp(-z * z / 2) : 0;
    }

    /// <summary>The typical time between two purchases; null when too little is known.</summary>
    /// <param name="category">The same sums over its category, itself included.</param>
    public TimeSpan? Typical(PurchaseRhythm category) => category.Repeats < FewestRepeats
        ? null
        : TimeSpan.FromDays(Math.Exp((LogDays + (Prior * category.LogDays / category.Repeats)) / (Repeats + Prior)));
}
