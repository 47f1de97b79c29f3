using System.Collections.Immutable;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Tests.Profiles;

/// <summary>Events of one shopper, made by hand or by generator, and what "the same profile" means.</summary>
internal static class Shoppers
{
    public static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly UserKey Ann = UserKey.Known("ann");

    public static readonly ImmutableArray<ProductFacts> Catalogue =
    [
        .. Enumerable.Range(0, 12).Select(static i => new ProductFacts
        {
            ProductId = $"sku-{i}",
            Brand = $"brand-{i % 3}",
            CategoryPath = ["beauty", $"category-{i % 4}"],
            Price = 10 + i,
            Currency = "EUR",
            PriceRank = i / 11f,
            Attributes = [new("finish", i % 2 == 0 ? "matte" : "dewy"), new("skin", $"{i % 5}")],
        }),
    ];

    /// <summary>Times over some months, most of them within a few sessions, some the same.</summary>
    private static readonly Gen<DateTimeOffset> Times = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5400]).Select(static (session, second) =>
        Noon.AddDays(session * session * 3).AddSeconds(second));

    private static readonly Gen<SentimentObservation> Readings = Gen.Select(
        Gen.Enum<Modality>(), Gen.Float[-1, 1], Gen.Float[-1, 1], Gen.Float[0, 1], Gen.Enum<Emotion>(),
        Gen.OneOf<ObservationFlags>(ObservationFlags.None, ObservationFlags.None, ObservationFlags.Sarcasm, ObservationFlags.Mixed, ObservationFlags.Unreadable))
        .Select(static t => Feeling(t.Item1, t.Item2, t.Item3, t.Item4, t.Item6) with { Emotions = EmotionDistribution.Only(t.Item5) });

    /// <summary>Events of all kinds that speak about a shopper, with readings, in no order; offsets 1, 2, …</summary>
    public static readonly Gen<ProfileInput[]> Histories = Gen.Select(
        Times, Gen.Int[0, 4], Gen.Enum<BehaviourKind>(), Gen.Int[-1, Catalogue.Length - 1], Readings, Gen.Enum<Channel>(), Gen.Enum<Touchpoint>())
        .Select(static t => Input(t.Item1, PayloadOf((Modality)t.Item2, t.Item3), t.Item2 == 3 && t.Item5.Valence > 0 ? null : t.Item5, t.Item4, t.Item6, t.Item7))
        .Array[0, 60].Select(static inputs => Numbered(inputs));

    public static SentimentObservation Feeling(
        Modality modality, double valence, double arousal = 0, double confidence = 1, ObservationFlags flags = ObservationFlags.None) => new()
        {
            Modality = modality,
            Valence = (float)valence,
            Arousal = (float)arousal,
            Confidence = (float)confidence,
            Flags = flags,
            ModelVersion = "test@1",
        };

    public static ProfileInput Input(
        DateTimeOffset at, EventPayload payload, SentimentObservation? observation = null, int product = -1,
        Channel channel = Channel.Web, Touchpoint touchpoint = Touchpoint.Unspecified, long offset = 1)
    {
        var facts = product < 0 ? null : Catalogue[product];
        var source = new ShopperEvent
        {
            EventId = "e",
            OccurredAt = at,
            ReceivedAt = DateTimeOffset.MaxValue,
            User = Ann,
            Channel = channel,
            Touchpoint = touchpoint,
            ProductId = facts?.ProductId ?? "",
            Payload = payload,
        };
        return new ProfileInput(offset, source, observation, facts);
    }

    public static BehaviourPayload Did(BehaviourKind kind, double dwellSeconds = 0, int count = 1) =>
        new() { Action = kind, DwellMs = (int)(dwellSeconds * 1000), Count = count };

    public static BehaviourPayload Sought(string words) => new() { Action = BehaviourKind.Search, Term = words };

    public static EventPayload PayloadOf(Modality modality, BehaviourKind kind = BehaviourKind.View) => modality switch
    {
        Modality.Text => new TextFeedbackPayload("", "text", "en"),
        Modality.Face => new ArFramesPayload([]),
        Modality.Voice => new VoicePayload(1000, []),
        Modality.Survey => new SurveyAnswerPayload("s", "q", SurveyMetric.Csat, 4, 1, 5, "", ""),
        _ => kind == BehaviourKind.Search ? Sought("discount code") : Did(kind, dwellSeconds: 20),
    };

    /// <summary>The same events in the order given, with offsets 1, 2, … in that order.</summary>
    public static ProfileInput[] Numbered(IEnumerable<ProfileInput> inputs) =>
        [.. inputs.Select(static (input, i) => input with { Offset = i + 1 })];

    public static UserProfile Profile(params IEnumerable<ProfileInput> inputs)
    {
        var profile = new UserProfile(ProfileModel.Default);
        foreach (var input in inputs)
        {
            profile.Apply(in input);
        }

        return profile;
    }

    /// <summary>Fails unless two profiles say the same at several moments from a first one on, up to rounding.</summary>
    public static void AssertSame(UserProfile expected, UserProfile actual, double tolerance = 1e-6, DateTimeOffset? from = null)
    {
        Assert.Equal(expected.Sources, actual.Sources);
        var first = from ?? Noon;
        foreach (var asOf in new[] { first, first.AddMinutes(10), first.AddHours(2), first.AddDays(20), first.AddDays(80), first.AddDays(300) })
        {
            AssertSame(expected.Snapshot(Ann, asOf), actual.Snapshot(Ann, asOf), tolerance);
            AssertSame(expected.ReadWindow(asOf), actual.ReadWindow(asOf), tolerance);
        }
    }

    private static void AssertSame(SessionWindow? expected, SessionWindow? actual, double tolerance)
    {
        Assert.Equal(expected?.IsReturning, actual?.IsReturning);
        Assert.Equal(expected is null, actual is null);
        foreach (var number in new Func<SessionWindow, double>[]
        {
            static w => w.Minutes, static w => w.ItemViews, static w => w.OtherViews, static w => w.OtherMinutes,
            static w => w.DearMinutes, static w => w.CouponSearches, static w => w.Repeats, static w => w.CartSize,
        })
        {
            Assert.Equal(number(expected ?? default), number(actual ?? default), tolerance);
        }
    }

    private static void AssertSame(ProfileSnapshot expected, ProfileSnapshot actual, double tolerance)
    {
        for (var i = 0; i < ProfileFeatures.Count; i++)
        {
            Assert.True(
                Math.Abs(expected.Features[i] - actual.Features[i]) <= tolerance,
                $"{(ProfileFeature)i} was {actual.Features[i]}, expected {expected.Features[i]}");
        }

        AssertNear(expected.Reading.ShortTerm, actual.Reading.ShortTerm, tolerance);
        AssertNear(expected.Reading.LongTerm, actual.Reading.LongTerm, tolerance);
        Assert.Equal(expected.Reading.EventCount, actual.Reading.EventCount);
        Assert.Equal(expected.Reading.LastEventAt, actual.Reading.LastEventAt);
        Assert.Equal(expected.Viewed.AsEnumerable(), actual.Viewed);
        Assert.Equal(expected.InCart.AsEnumerable(), actual.InCart);
        Assert.Equal(expected.Purchased.AsEnumerable(), actual.Purchased);
        Assert.Equal(expected.Dismissed.AsEnumerable(), actual.Dismissed);
        AssertNear(expected.Categories, actual.Categories, tolerance);
        AssertNear(expected.Brands, actual.Brands, tolerance);
        AssertNear(expected.Attributes, actual.Attributes, tolerance);
        AssertNear(expected.Sources, actual.Sources, tolerance);
    }

    private static void AssertNear(Mood expected, Mood actual, double tolerance)
    {
        Assert.Equal(expected.Valence.Mean, actual.Valence.Mean, tolerance);
        Assert.Equal(expected.Valence.Variance, actual.Valence.Variance, tolerance);
        Assert.Equal(expected.Arousal.Mean, actual.Arousal.Mean, tolerance);
        Assert.Equal(expected.Arousal.Variance, actual.Arousal.Variance, tolerance);
    }

    private static void AssertNear(ImmutableArray<FacetAffinity> expected, ImmutableArray<FacetAffinity> actual, double tolerance)
    {
        // Those that are all but gone may be told by one and not by the other.
        var found = actual.ToDictionary(static f => f.Hash);
        foreach (var facet in expected.Where(static f => f.Weight > 1e-6))
        {
            Assert.Equal(facet.Mean, found[facet.Hash].Mean, tolerance);
            Assert.Equal(facet.StandardDeviation, found[facet.Hash].StandardDeviation, tolerance);
        }

        Assert.InRange(actual.Count(static f => f.Weight > 1e-6), 0, expected.Length);
    }

    private static void AssertNear(ImmutableArray<SourceShare> expected, ImmutableArray<SourceShare> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal((e.Modality, e.Events, e.Observations), (a.Modality, a.Events, a.Observations));
            Assert.Equal(e.Share, a.Share, tolerance);
            Assert.Equal(e.Channels.AsEnumerable(), a.Channels);
        }
    }
}
