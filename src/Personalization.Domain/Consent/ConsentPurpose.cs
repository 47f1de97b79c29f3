namespace Personalization.Domain.Consent;

/// <summary>What may be done with what is known of a shopper. Stored as a number: never reuse or renumber a value.</summary>
public enum ConsentPurpose : byte
{
    /// <summary>A profile, and recommendations that rest on it.</summary>
    Personalization = 1,
    /// <summary>Sums over many shoppers: how products are felt about, what is turned to together, what is popular.</summary>
    Analytics = 2,
    /// <summary>
    /// Learning from what became of decisions: the statistics that policies learn from, and the lines of the decision log that
    /// other policies are judged on.
    /// </summary>
    ModelTraining = 3,
    /// <summary>Offers: surveys, perks, discounts.</summary>
    Marketing = 4,
}
