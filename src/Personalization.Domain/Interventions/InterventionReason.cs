namespace Personalization.Domain.Interventions;

/// <summary>Why an intervention was decided, or an action was not to be had. Stored as a number: never renumber.</summary>
public enum InterventionReason : byte
{
    /// <summary>It has the highest expected value.</summary>
    ExpectedValue = 0,
    /// <summary>Something else looks better; it was drawn so that more is learned.</summary>
    Exploration = 1,
    /// <summary>Not at this touchpoint, or the caller cannot do it.</summary>
    NotEligible = 2,
    /// <summary>Too little is known of the shopper to act on.</summary>
    LowConfidence = 3,
    /// <summary>The shopper is among those who are left alone, so that what interventions do can be told.</summary>
    Holdout = 4,
    /// <summary>The same was done too short a time ago.</summary>
    Cooldown = 5,
    /// <summary>The shopper has had as many as a day allows.</summary>
    CapReached = 6,
    /// <summary>It would cost more of the margin than it may.</summary>
    MarginGuard = 7,
    /// <summary>The shopper has not agreed to it.</summary>
    NoConsent = 8,
    /// <summary>What may be spent is spent.</summary>
    BudgetExhausted = 9,
}
