namespace Personalization.Domain.Ingestion;

/// <summary>Through what a shopper spoke or acted. Stored as a number: never reuse or renumber a value.</summary>
public enum Channel : byte
{
    /// <summary>Not said.</summary>
    Unspecified = 0,
    /// <summary>Augmented-reality try-on.</summary>
    ArTryOn = 1,
    /// <summary>A survey.</summary>
    Survey = 2,
    /// <summary>A product review.</summary>
    Review = 3,
    /// <summary>Live or bot chat.</summary>
    Chat = 4,
    /// <summary>E-mail.</summary>
    Email = 5,
    /// <summary>Text message.</summary>
    Sms = 6,
    /// <summary>Social media.</summary>
    Social = 7,
    /// <summary>A support ticket.</summary>
    Ticket = 8,
    /// <summary>A call, or voice in the shop's app.</summary>
    Voice = 9,
    /// <summary>The web shop.</summary>
    Web = 10,
    /// <summary>The mobile app.</summary>
    App = 11,
    /// <summary>A physical store.</summary>
    Store = 12,
}
