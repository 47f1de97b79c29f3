using Personalization.Domain.Profiles;

namespace Personalization.Domain.Recommendations;

/// <summary>The profile features of a shopper never seen.</summary>
internal static class StrangerFeatures
{
    private static readonly float[] s_known = Make(anonymous: 0);
    private static readonly float[] s_anonymous = Make(anonymous: 1);

    public static ReadOnlySpan<float> Of(bool anonymous) => anonymous ? s_anonymous : s_known;

    private static float[] Make(float anonymous)
    {
        var features = new float[ProfileFeatures.Count];
        features[(int)ProfileFeature.Bias] = 1;
        features[(int)ProfileFeature.PriceSensitivity] = 0.5f;
        features[(int)ProfileFeature.Newness] = 1;
        features[(int)ProfileFeature.Anonymous] = anonymous;
        return features;
    }
}
