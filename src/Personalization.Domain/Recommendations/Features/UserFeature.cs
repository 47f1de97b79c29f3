namespace Personalization.Domain.Recommendations.Features;

/// <summary>
/// The numbers by which a policy knows a shopper and the situation, on the <see cref="Policies.FeatureGrid"/>. Policies learn
/// by position: a change of order or meaning needs a new <see cref="FeatureSchema.Version"/>.
/// </summary>
public enum UserFeature
{
    /// <summary>Always 1.</summary>
    Bias = 0,
    /// <summary>Valence in this session, [−1, 1].</summary>
    ShortValence = 1,
    /// <summary>Arousal in this session, [−1, 1].</summary>
    ShortArousal = 2,
    /// <summary>How sure those two are, [0, 1].</summary>
    ShortConfidence = 3,
    /// <summary>Valence over weeks, [−1, 1].</summary>
    LongValence = 4,
    /// <summary>Joy, [0, 1].</summary>
    Joy = 5,
    /// <summary>Interest and surprise, [0, 1].</summary>
    Interest = 6,
    /// <summary>Confusion, [0, 1].</summary>
    Confusion = 7,
    /// <summary>Anger, disgust, contempt, sadness and fear, [0, 1].</summary>
    Displeasure = 8,
    /// <summary>Purchase intent, [0, 1].</summary>
    Intent = 9,
    /// <summary>Hesitation, [0, 1].</summary>
    Hesitation = 10,
    /// <summary>Price sensitivity about its middle, [−1, 1].</summary>
    PriceSensitivity = 11,
    /// <summary>How far into a session, [0, 1).</summary>
    SessionDepth = 12,
    /// <summary>How new the shopper is, (0, 1].</summary>
    Newness = 13,
    /// <summary>1 for a visitor who has not signed in.</summary>
    Anonymous = 14,
    /// <summary>How tired of suggestions, [0, 1).</summary>
    Fatigue = 15,
    /// <summary>1 on the home page.</summary>
    AtHome = 16,
    /// <summary>1 on a category page or in search results.</summary>
    AtListing = 17,
    /// <summary>1 on a product page or in a try-on.</summary>
    AtProduct = 18,
    /// <summary>1 in the cart or at the checkout.</summary>
    AtCheckout = 19,
    /// <summary>The first of <see cref="ContextFeatures.Count"/> numbers that the caller's context comes to, [−1, 1] each.</summary>
    Context = 20,
}
