using System.Runtime.CompilerServices;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using StableHash = Personalization.Domain.Ingestion.StableHash;

namespace Personalization.Grains.Profiles;

/// <summary>Telling what is known.</summary>
public sealed partial class UserGrain
{
    private const int AffinitiesTold = 60;

    /// <summary>What logs and pages call this shopper: never the shop's own id.</summary>
    private string Pseudonym => StableHash.Of(_user.Value).ToString("x16", System.Globalization.CultureInfo.InvariantCulture)[..8];

    /// <inheritdoc/>
    public async Task<ProfileView> GetProfile(long minOffset, CancellationToken cancellationToken)
    {
        await WaitForAsync(minOffset, cancellationToken);
        var intent = await ReadIntentAsync(Touchpoint.Unspecified, ScoringLane.Survey, cancellationToken);
        var view = View(State.Profile!.Snapshot(_user, Now));
        return intent.Probability is { } probability ? view with { PurchaseIntent = probability, PurchaseIntentBy = intent.By } : view;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProfileView> WatchProfile(
        TimeSpan minInterval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ProfileSnapshot? told = null;
        while (!cancellationToken.IsCancellationRequested && !ProfileChanged.IsComplete)
        {
            var changed = ProfileChanged.Next;
            var now = State.Profile!.Snapshot(_user, Now);

            // Events that say nothing about the shopper raise the signal too; nobody wants to hear of those.
            if (told is null || now.ChangeSince(told) != ProfileChange.None)
            {
                told = now;
                yield return View(now);
                await Task.Delay(minInterval, _services.Time, cancellationToken);
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private ProfileView View(ProfileSnapshot profile)
    {
        var reading = profile.Reading;
        return new ProfileView
        {
            User = _user.Value,
            Known = reading.EventCount > 0,
            Partition = _partition,
            Offset = State.AppliedOffset,
            OccurredAt = State.AppliedAt,
            EvaluatedAt = Now,
            Mood = MoodOf(reading.ShortTerm),
            Disposition = MoodOf(reading.LongTerm),
            Emotions = EmotionsOf(reading.Emotions),
            Affinities = AffinitiesOf(profile),
            PurchaseIntent = reading.Intent,
            PurchaseIntentBy = ShoppingSignals.IntentRule,
            Frustration = reading.Frustration,
            Contradiction = reading.Contradiction,
            Hesitation = reading.Hesitation,
            PriceSensitivity = reading.PriceSensitivity,
            Confidence = reading.Confidence,
            Sources = [.. profile.Sources.Select(static s => new SourceView(s.Modality, s.Observations, s.Share))],
            EventCount = reading.EventCount,
            PendingFeelings = PendingFeelings,
            Consents = ConsentsOf(),
            RecentlyViewed = [.. profile.Viewed.Select(static p => p.ProductId)],
            InCart = [.. profile.InCart.Select(static p => p.ProductId)],
            Purchased = [.. profile.Purchased.Select(static p => p.ProductId)],
        };
    }

    private static MoodView MoodOf(Mood mood) => new(
        mood.Valence.Mean, mood.Valence.StandardDeviation, mood.Arousal.Mean, mood.Arousal.StandardDeviation);

    private static float[] EmotionsOf(EmotionDistribution emotions)
    {
        var weights = new float[EmotionDistribution.Count];
        float sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] = emotions[i];
        }

        return sum > 0 ? weights : [];
    }

    private static AffinityView[] AffinitiesOf(ProfileSnapshot profile) =>
    [
        .. Told("CATEGORY", profile.Categories).Concat(Told("BRAND", profile.Brands)).Concat(Told("ATTRIBUTE", profile.Attributes))
            .OrderByDescending(static a => Math.Abs(a.Value)).Take(AffinitiesTold),
    ];

    private static IEnumerable<AffinityView> Told(string kind, IEnumerable<FacetAffinity> affinities) =>
        affinities.Select(a => new AffinityView(kind, a.Name, a.Mean, a.Weight));

    private ConsentView[] ConsentsOf()
    {
        var policy = _services.ConsentPolicy;
        var consents = new List<ConsentView>();
        foreach (var purpose in Enum.GetValues<ConsentPurpose>())
        {
            consents.Add(new ConsentView(false, (int)purpose, State.Consent.Allows(purpose, policy), State.Consent.Said(purpose) is not null));
        }

        foreach (var modality in Enum.GetValues<Modality>())
        {
            consents.Add(new ConsentView(true, (int)modality, State.Consent.Allows(modality, policy), State.Consent.Said(modality) is not null));
        }

        return [.. consents];
    }
}
