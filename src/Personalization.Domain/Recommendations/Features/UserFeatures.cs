using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Features;

/// <summary>Makes the user's side of the features.</summary>
public static class UserFeatures
{
    /// <summary>Fills in the features of a shopper in a situation, each on the <see cref="FeatureGrid"/>.</summary>
    /// <param name="profile">The profile's features, in the order of <see cref="ProfileFeature"/>; <see cref="ProfileFeatures.Count"/> of them.</param>
    /// <param name="touchpoint">Where the shopper is.</param>
    /// <param name="context">What else the caller says of the situation.</param>
    /// <param name="features">Receives <see cref="FeatureSchema.UserCount"/> values.</param>
    public static void Fill(ReadOnlySpan<float> profile, Touchpoint touchpoint, ContextFeatures context, Span<float> features)
    {
        if (profile.Length != ProfileFeatures.Count)
        {
            throw new ArgumentException($"profile: has {profile.Length} features; allowed: {ProfileFeatures.Count}.", nameof(profile));
        }

        features = features[..FeatureSchema.UserCount];
        features[(int)UserFeature.Bias] = 1;
        features[(int)UserFeature.ShortValence] = profile[(int)ProfileFeature.ShortValence];
        features[(int)UserFeature.ShortArousal] = profile[(int)ProfileFeature.ShortArousal];
        features[(int)UserFeature.ShortConfidence] = profile[(int)ProfileFeature.ShortConfidence];
        features[(int)UserFeature.LongValence] = profile[(int)ProfileFeature.LongValence];
        features[(int)UserFeature.Joy] = profile[(int)ProfileFeature.Joy];
        features[(int)UserFeature.Interest] = profile[(int)ProfileFeature.Interest];
        features[(int)UserFeature.Confusion] = profile[(int)ProfileFeature.Confusion];
        features[(int)UserFeature.Displeasure] = profile[(int)ProfileFeature.Aversion] + profile[(int)ProfileFeature.Distress];
        features[(int)UserFeature.Intent] = profile[(int)ProfileFeature.Intent];
        features[(int)UserFeature.Hesitation] = profile[(int)ProfileFeature.Hesitation];
        features[(int)UserFeature.PriceSensitivity] = (2 * profile[(int)ProfileFeature.PriceSensitivity]) - 1;
        features[(int)UserFeature.SessionDepth] = profile[(int)ProfileFeature.SessionDepth];
        features[(int)UserFeature.Newness] = profile[(int)ProfileFeature.Newness];
        features[(int)UserFeature.Anonymous] = profile[(int)ProfileFeature.Anonymous];
        features[(int)UserFeature.Fatigue] = profile[(int)ProfileFeature.Fatigue];
        features[(int)UserFeature.AtHome] = touchpoint == Touchpoint.Home ? 1 : 0;
        features[(int)UserFeature.AtListing] = touchpoint is Touchpoint.Category or Touchpoint.Search ? 1 : 0;
        features[(int)UserFeature.AtProduct] = touchpoint is Touchpoint.Product or Touchpoint.TryOn ? 1 : 0;
        features[(int)UserFeature.AtCheckout] = touchpoint is Touchpoint.Cart or Touchpoint.Checkout ? 1 : 0;
        context.CopyTo(features[(int)UserFeature.Context..]);
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = FeatureGrid.Snap(features[i]);
        }
    }
}
