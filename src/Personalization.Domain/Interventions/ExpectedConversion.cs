namespace Personalization.Domain.Interventions;

/// <summary>
/// Brings what is known of shoppers in a context and what is known of this one together: how far this shopper's log-odds of
/// buying are from the context's, and what that makes of each action's rate.
/// </summary>
/// <remarks>
/// Two opinions of one probability are pooled on the scale of log-odds (Genest and Zidek, "Combining Probability Distributions",
/// Statistical Science 1, 1986). An action is taken to multiply everybody's odds alike, as in a logistic model without
/// interactions: so it does most for those who may or may not buy, and next to nothing for those who will or will not anyway.
/// </remarks>
internal readonly record struct ExpectedConversion
{
    // As far as anybody's purchase is ever certain.
    private const double Certain = 1e-6;

    private ExpectedConversion(double shift) => Shift = shift;

    /// <summary>What is added to log-odds.</summary>
    public double Shift { get; }

    /// <summary>Of one shopper.</summary>
    /// <param name="intent">Probability of a purchase if nothing is done; null when unknown.</param>
    /// <param name="usual">The same for shoppers in the context.</param>
    /// <param name="weight">Of the first against the second, [0, 1].</param>
    public static ExpectedConversion Of(double? intent, double usual, double weight) =>
        new(intent is { } own ? weight * (LogOdds(own) - LogOdds(usual)) : 0);

    /// <summary>A context's rate and its variance, as they are for this shopper: the variance by the delta method.</summary>
    public (double Mean, double Variance) For(double mean, double variance)
    {
        if (Shift == 0)
        {
            return (mean, variance);
        }

        var own = 1 / (1 + Math.Exp(-(LogOdds(mean) + Shift)));
        var slope = own * (1 - own) / (mean * (1 - mean));
        return (own, variance * slope * slope);
    }

    private static double LogOdds(double p)
    {
        var inside = Math.Clamp(p, Certain, 1 - Certain);
        return Math.Log(inside / (1 - inside));
    }
}
