using Personalization.Grains.Interventions;
using Personalization.Grains.Products;
using Personalization.Grains.Profiles;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Tests.Fakes;

/// <summary>What grains answer.</summary>
internal static class Replies
{
    public static readonly DateTimeOffset At = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    public static SlateReply Slate(string decisionId = "d1", string trigger = "") => new()
    {
        DecisionId = decisionId,
        AttributionToken = "token",
        Items =
        [
            new SlateItem
            {
                ProductId = "p9", Score = 0.7, Propensity = 0.25, Source = "TRENDING", Reasons = [new ReasonMessage("TRENDING", "Many look at it", 0.4, 0.8)],
                Valence = 0.3, ValenceSd = 0.1, SentimentWeight = 12,
            },
            new SlateItem
            {
                ProductId = "p7", Score = 0.6, Propensity = 0.5, Source = "NEW", Reasons = [], Valence = 0, ValenceSd = 0.5, SentimentWeight = 0,
            },
        ],
        SlatePropensity = 0.125,
        PolicyVersion = "ridge@4",
        ModelVersions = ["text@2"],
        Experiment = "",
        CatalogVersion = 17,
        Partition = 3,
        Offset = 99,
        OccurredAt = At,
        Degraded = [new DegradationMessage("TOO_FEW_CANDIDATES", "2 of 10")],
        UnknownCandidates = ["p404"],
        Trigger = trigger,
    };

    public static ProfileView Profile(string user) => new()
    {
        User = user, Known = true, Partition = 3, Offset = 99, OccurredAt = At, EvaluatedAt = At, Mood = new MoodView(0.4, 0.1, 0.2, 0.3),
        Disposition = new MoodView(0.1, 0.2, 0, 0.4), Emotions = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        Affinities = [new AffinityView("BRAND", "Lumen", 0.8, 3)], PurchaseIntent = 0.6, PurchaseIntentBy = "behaviour@1", Frustration = 0.3, Hesitation = 0.2, PriceSensitivity = 0.5, Confidence = 0.7,
        Sources = [new SourceView(Domain.Scoring.Modality.Text, 4, 0.9)], EventCount = 12,
        Consents = [new ConsentView(true, (int)Domain.Scoring.Modality.Face, false, false)], RecentlyViewed = ["p1"], InCart = ["p2"], Purchased = ["p3"],
    };

    public static InterventionReply Intervention() => new()
    {
        DecisionId = "i1", AttributionToken = "token", Action = 5, DiscountPercent = 10, ExpectedValue = 1.5, Propensity = 0.6,
        Assessments = [new AssessmentMessage(1, true, "", 0.2, 0, 0.1, 0.4), new AssessmentMessage(5, true, "", 0.3, 1.5, 0.4, 0.6)],
        Reason = "EXPECTED_VALUE", NeedsHumanReview = false, PolicyVersion = "uplift@1", Experiment = "", Partition = 3, Offset = 99, OccurredAt = At,
        Degraded = [], CatalogVersion = 17, ModelVersions = [], PurchaseIntent = 0.25, PurchaseIntentBy = "behaviour@1",
    };

    public static ProductSentimentView Sentiment(string product) => new()
    {
        ProductId = product, Valence = 0.4, ValenceSd = 0.1, Arousal = 0, ArousalSd = 0.2, Weight = 8, Count = 20, Trend = 0.05,
        ByAspect = [new SentimentSliceView("texture", 0.5, 0.2, 3)], ByChannel = [], ByTouchpoint = [], EvaluatedAt = At, Views = 5, Carts = 4,
        Purchases = 3, Returns = 2,
    };

    public static async IAsyncEnumerable<T> Stream<T>(params T[] items)
    {
        foreach (var item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }
}
