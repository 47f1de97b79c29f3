namespace Personalization.Domain.Profiles;

/// <summary>
/// The numbers by which a policy knows a shopper, in the order in which they stand in a feature vector. Policies learn
/// weights by position: append only, and raise <see cref="ProfileFeatures.Version"/> with every change of meaning.
/// </summary>
public enum ProfileFeature
{
    /// <summary>Always 1.</summary>
    Bias = 0,
    /// <summary>Valence in this session, [−1, 1].</summary>
    ShortValence = 1,
    /// <summary>Arousal in this session, [−1, 1].</summary>
    ShortArousal = 2,
    /// <summary>Share of the doubt about this session's valence that evidence has taken away, [0, 1].</summary>
    ShortConfidence = 3,
    /// <summary>Valence over weeks, [−1, 1].</summary>
    LongValence = 4,
    /// <summary>Arousal over weeks, [−1, 1].</summary>
    LongArousal = 5,
    /// <summary>As <see cref="ShortConfidence"/>, over weeks.</summary>
    LongConfidence = 6,
    /// <summary>Half of this session's valence less the longer run's, [−1, 1].</summary>
    ValenceShift = 7,
    /// <summary>Weight of joy, [0, 1].</summary>
    Joy = 8,
    /// <summary>Weight of interest and surprise, [0, 1].</summary>
    Interest = 9,
    /// <summary>Weight of confusion, [0, 1].</summary>
    Confusion = 10,
    /// <summary>Weight of anger, disgust and contempt, [0, 1].</summary>
    Aversion = 11,
    /// <summary>Weight of sadness and fear, [0, 1].</summary>
    Distress = 12,
    /// <summary>Purchase intent, [0, 1].</summary>
    Intent = 13,
    /// <summary>Hesitation, [0, 1].</summary>
    Hesitation = 14,
    /// <summary>Price sensitivity, [0, 1]; 0.5 when nothing is known.</summary>
    PriceSensitivity = 15,
    /// <summary>How well price sensitivity is known, [0, 1].</summary>
    PriceConfidence = 16,
    /// <summary>How far into a session the shopper is, [0, 1): 0 before the first event, 1/2 at ten recent events.</summary>
    SessionDepth = 17,
    /// <summary>How new the shopper is, (0, 1]: 1 before the first event, 1/2 after twenty.</summary>
    Newness = 18,
    /// <summary>1 for a visitor who has not signed in, else 0.</summary>
    Anonymous = 19,
    /// <summary>How full the cart is, [0, 1): 1/2 with two products.</summary>
    Cart = 20,
    /// <summary>How recently something was bought, [0, 1]: 1 just now, 0 never.</summary>
    PurchaseRecency = 21,
    /// <summary>Sent back over bought, decayed and shrunk, [0, 1].</summary>
    ReturnRate = 22,
    /// <summary>Suggestions dismissed or passed over in this session, [0, 1).</summary>
    Fatigue = 23,
    /// <summary>How long ago the last event was, [0, 1]: 1 just now, 0 long gone.</summary>
    Presence = 24,
    /// <summary>Share of the mood's evidence that was said or shown rather than done, [0, 1].</summary>
    Explicitness = 25,
    /// <summary>Sine of the time of day in UTC, [−1, 1].</summary>
    TimeOfDaySin = 26,
    /// <summary>Cosine of the time of day in UTC, [−1, 1].</summary>
    TimeOfDayCos = 27,
}

/// <summary>The shape of a shopper's feature vector.</summary>
public static class ProfileFeatures
{
    /// <summary>How many numbers there are: one per <see cref="ProfileFeature"/>.</summary>
    public const int Count = 28;

    /// <summary>Which meaning the numbers have. A policy that was learned under another version cannot use them.</summary>
    public const int Version = 1;

    /// <summary>The names in order, for explanations and model cards.</summary>
    public static ReadOnlySpan<string> Names => s_names;

    private static readonly string[] s_names = Enum.GetNames<ProfileFeature>();
}
