using Personalization.Domain.Scoring;

namespace Personalization.Domain.Consent;

/// <summary>
/// What holds for a shopper who has said nothing. What is read off the body never does: face and voice must be granted by
/// the shopper (GDPR, Art. 9; the EU AI Act asks for a notice besides).
/// </summary>
public sealed record ConsentPolicy
{
    /// <summary>Default true.</summary>
    public bool Personalization { get; init; } = true;

    /// <summary>Default true.</summary>
    public bool Analytics { get; init; } = true;

    /// <summary>
    /// Default true: what policies learn are sums in which nobody is told apart, and lines about a shopper go when the shopper
    /// does. A shop that has to ask before sets it to false; then policies learn only from those who agreed.
    /// </summary>
    public bool ModelTraining { get; init; } = true;

    /// <summary>Offers inside the shop. Default true.</summary>
    public bool Marketing { get; init; } = true;

    /// <summary>Clicks, carts, purchases. Default true.</summary>
    public bool Behaviour { get; init; } = true;

    /// <summary>Reviews, chats and the like. Default true.</summary>
    public bool Text { get; init; } = true;

    /// <summary>Survey answers. Default true.</summary>
    public bool Survey { get; init; } = true;

    /// <summary>Whether a purpose holds by default.</summary>
    public bool Grants(ConsentPurpose purpose) => purpose switch
    {
        ConsentPurpose.Personalization => Personalization,
        ConsentPurpose.Analytics => Analytics,
        ConsentPurpose.ModelTraining => ModelTraining,
        ConsentPurpose.Marketing => Marketing,
        _ => false,
    };

    /// <summary>Whether a modality may be read by default.</summary>
    public bool Grants(Modality modality) => modality switch
    {
        Modality.Behaviour => Behaviour,
        Modality.Text => Text,
        Modality.Survey => Survey,
        _ => false,
    };
}
