namespace Personalization.Domain.Recommendations;

/// <summary>
/// The kinds of shopper between whom popularity is told apart: few enough that each has numbers to speak of. Stored as a
/// number: never reuse or renumber a value.
/// </summary>
public enum ShopperSegment : byte
{
    /// <summary>Everybody together; every event counts here as well.</summary>
    Everyone = 0,
    /// <summary>Of whom little is known.</summary>
    Newcomer = 1,
    /// <summary>Who looks at the price first.</summary>
    Thrifty = 2,
    /// <summary>Who does not.</summary>
    Lavish = 3,
    /// <summary>Everyone else.</summary>
    Regular = 4,
}

/// <summary>Tells segments apart.</summary>
public static class ShopperSegments
{
    /// <summary>How many segments there are, with <see cref="ShopperSegment.Everyone"/>.</summary>
    public const int Count = 5;

    /// <summary>The segment of a shopper.</summary>
    /// <param name="profile">The features of the profile, in the order of <see cref="Profiles.ProfileFeature"/>.</param>
    public static ShopperSegment Of(ReadOnlySpan<float> profile)
    {
        if (profile.Length < Profiles.ProfileFeatures.Count || profile[(int)Profiles.ProfileFeature.Newness] > 0.8f)
        {
            return ShopperSegment.Newcomer;
        }

        if (profile[(int)Profiles.ProfileFeature.PriceConfidence] < 0.3f)
        {
            return ShopperSegment.Regular;
        }

        return profile[(int)Profiles.ProfileFeature.PriceSensitivity] switch
        {
            > 0.6f => ShopperSegment.Thrifty,
            < 0.4f => ShopperSegment.Lavish,
            _ => ShopperSegment.Regular,
        };
    }
}
