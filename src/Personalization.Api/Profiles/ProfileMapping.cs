using Personalization.Api.Consent;
using Personalization.Api.Ingestion;
using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Profiles;

namespace Personalization.Api.Profiles;

/// <summary>Profiles to the wire.</summary>
internal static class ProfileMapping
{
    /// <summary>The wire's form of a profile.</summary>
    public static Wire.Profile ToWire(ProfileView view)
    {
        var profile = new Wire.Profile
        {
            Shopper = ShopperRules.ToShopper(UserKey.Parse(view.User)),
            Known = view.Known,
            AsOf = ReplyMapping.AsOf(view.Partition, view.Offset, view.OccurredAt),
            Mood = ToWire(view.Mood),
            Disposition = ToWire(view.Disposition),
            Emotions = SentimentMapping.ToWire(view.Emotions),
            PurchaseIntent = view.PurchaseIntent,
            PurchaseIntentBy = view.PurchaseIntentBy,
            Frustration = view.Frustration,
            Contradiction = view.Contradiction,
            PendingFeelings = view.PendingFeelings,
            Hesitation = view.Hesitation,
            PriceSensitivity = view.PriceSensitivity,
            Confidence = view.Confidence,
            EventCount = view.EventCount,
            EvaluatedAt = TimeMapping.ToTimestamp(view.EvaluatedAt),
        };
        profile.Affinities.Add(view.Affinities.Select(static a =>
            new Wire.Affinity { Kind = a.Kind, Name = a.Name, Value = a.Value, Weight = a.Weight }));
        profile.Sources.Add(view.Sources.Select(static s =>
            new Wire.SourceShare { Modality = SentimentMapping.ToWire(s.Modality), Count = s.Count, Share = s.Share }));
        profile.Consents.Add(view.Consents.Select(ConsentMapping.ToWire));
        profile.RecentlyViewed.Add(view.RecentlyViewed);
        profile.InCart.Add(view.InCart);
        profile.Purchased.Add(view.Purchased);
        return profile;
    }

    private static Wire.Mood ToWire(MoodView mood) => new()
    {
        Valence = new Wire.Estimate { Mean = mood.Valence, StandardDeviation = mood.ValenceSd },
        Arousal = new Wire.Estimate { Mean = mood.Arousal, StandardDeviation = mood.ArousalSd },
    };
}
