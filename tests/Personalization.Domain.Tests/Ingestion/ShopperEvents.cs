using System.Collections.Immutable;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Tests.Ingestion;

/// <summary>Generators of events of every kind, and what "the same event" means for them.</summary>
internal static class ShopperEvents
{
    private static readonly Gen<string> Text = Gen.OneOf<string>(
        "", "a", "sku-1", "de-DE", "Ein sehr schöner Lippenstift 💄", new string('x', 300), "naïve\n\"quoted\"\0", "漢字");

    private static readonly Gen<decimal> Money = Gen.Decimal[-1_000_000m, 1_000_000m];

    private static readonly Gen<decimal?> Margin = Gen.Bool.SelectMany(some => some ? Money.Select(m => (decimal?)m) : Gen.Const((decimal?)null));

    private static readonly Gen<DateTimeOffset> Time =
        Gen.Long[DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks].Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private static readonly Gen<UserKey> User =
        Gen.Select(Gen.Bool, Gen.Int[0, 1_000_000], (known, id) => known ? UserKey.Known($"{id}") : UserKey.Anonymous($"{id}"));

    private static readonly Gen<ImmutableArray<float>> Floats = Gen.Float.Array[0, 60].Select(ImmutableArray.Create);

    private static readonly Gen<VoiceVector> Functionals = Gen.OneOf<VoiceVector>(
        Gen.Const(VoiceVector.None),
        Gen.Select(Gen.Byte, Gen.UShort.Array[1, 200], (layout, bits) => new VoiceVector(layout, [.. bits.Select(BitConverter.UInt16BitsToHalf)])));

    private static readonly Gen<ImmutableArray<byte>> Blob = Gen.Byte.Array[0, 300].Select(ImmutableArray.Create);

    private static readonly Gen<FaceReading?> Face = Gen.Select(Gen.Bool, Gen.Float, Gen.Float, Text, (some, joy, confidence, model) =>
    {
        var emotions = default(EmotionDistribution);
        (emotions[0], emotions[9]) = (1 - joy, joy);
        return some ? new FaceReading(emotions, confidence, model) : null;
    });

    private static readonly Gen<SentimentObservation?> Observation = Gen.Select(
        Gen.Bool, Gen.Enum<Modality>(), Gen.Float, Gen.Select(Text, Gen.Float).Array[0, 3], Text, (some, modality, value, aspects, model) =>
        {
            var emotions = default(EmotionDistribution);
            (emotions[1], emotions[8]) = (value, 1 - value);
            return !some ? null : new SentimentObservation
            {
                Modality = modality, Valence = value, Arousal = -value, Confidence = value / 2, Emotions = emotions,
                Flags = ObservationFlags.Mixed | ObservationFlags.Contradictory, ModelVersion = model,
                Aspects = [.. aspects.Select(static a => new AspectSentiment(a.Item1, a.Item2, -a.Item2))],
            };
        });

    private static readonly Gen<ContextValue> Value = Gen.OneOf<ContextValue>(
        Text.Select(ContextValue.Of), Gen.Double.Select(ContextValue.Of), Gen.Bool.Select(ContextValue.Of));

    private static readonly Gen<ImmutableSortedDictionary<string, ContextValue>> Context =
        Gen.Select(Text, Value).Array[0, 5].Select(pairs =>
            pairs.Aggregate(ShopperEvent.NoContext, (map, pair) => map.SetItem(pair.Item1, pair.Item2)));

    /// <summary>One generator per payload kind.</summary>
    public static readonly IReadOnlyDictionary<PayloadKind, Gen<EventPayload>> Payloads = new Dictionary<PayloadKind, Gen<EventPayload>>
    {
        [PayloadKind.ArFrames] = Gen.Select(Gen.Int, Floats, Gen.Float, Face, (at, c, q, face) => new BlendshapeFrame(at, c, q) { Face = face })
            .Array[0, 4].Select(EventPayload (frames) => new ArFramesPayload([.. frames])),
        [PayloadKind.SurveyAnswer] = Gen.Select(Text, Text, Gen.Enum<SurveyMetric>(), Gen.Double, Gen.Bool, Text).Select(EventPayload (t) =>
            new SurveyAnswerPayload(t.Item1, t.Item2, t.Item3, t.Item5 ? t.Item4 : null, -t.Item4, t.Item4 + 1, t.Item6, "en")),
        [PayloadKind.TextFeedback] = Gen.Select(Text, Text, Text, EventPayload (a, b, c) => new TextFeedbackPayload(a, b, c)),
        [PayloadKind.Voice] = Gen.Select(Gen.Int, Floats, Functionals, EventPayload (ms, features, functionals) =>
            new VoicePayload(ms, features) { Functionals = functionals }),
        [PayloadKind.Behaviour] = Gen.Select(
            Gen.Select(Gen.Enum<BehaviourKind>(), Gen.OneOf<int>(Gen.Const(0), Gen.Int), Gen.OneOf<float>(Gen.Const(0f), Gen.Float), Gen.OneOf<int>(Gen.Const(1), Gen.Int)),
            Gen.Select(Text, Gen.OneOf<decimal>(Gen.Const(0m), Money), Margin, Text),
            EventPayload (a, b) => new BehaviourPayload
            {
                Action = a.Item1, DwellMs = a.Item2, Depth = a.Item3, Count = a.Item4,
                Term = b.Item1, Revenue = b.Item2, Margin = b.Item3, Currency = b.Item4,
            }),
        [PayloadKind.RecommendationOutcome] = Gen.Select(Text, Gen.Enum<OutcomeKind>(), Gen.Int, Money, Margin, Text).Select(EventPayload (t) =>
            new RecommendationOutcomePayload(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5, t.Item6)),
        [PayloadKind.InterventionOutcome] = Gen.Select(
            Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool), Gen.Select(Text, Money, Margin, Money, Text),
            EventPayload (b, t) => new InterventionOutcomePayload(t.Item1, b.Item1, b.Item2, b.Item3, t.Item2, t.Item3, t.Item4, t.Item5)),
        [PayloadKind.Decision] = Gen.Select(Text, Blob, EventPayload (id, body) => new DecisionPayload(id, body)),
        [PayloadKind.ConsentChanged] = Blob.Select(EventPayload (body) => new ConsentChangedPayload(body)),
        [PayloadKind.IdentityMerged] = User.Select(EventPayload (into) => new IdentityMergedPayload(into)),
        [PayloadKind.UserDeleted] = Gen.Const<EventPayload>(new UserDeletedPayload()),
        [PayloadKind.Feeling] = Gen.Select(Gen.Long, Gen.Enum<PayloadKind>(), Observation, EventPayload (offset, kind, felt) => new FeelingPayload(offset, kind, felt)),
    };

    /// <summary>Events with a payload of one kind.</summary>
    public static Gen<ShopperEvent> Of(PayloadKind kind) => Gen.Select(
        Gen.Select(Text, Time, Time, User),
        Gen.Select(Text, Gen.Enum<Touchpoint>(), Gen.Enum<Channel>(), Text),
        Context,
        Payloads[kind],
        (who, where, context, payload) => new ShopperEvent
        {
            EventId = who.Item1, OccurredAt = who.Item2, ReceivedAt = who.Item3, User = who.Item4,
            SessionId = where.Item1, Touchpoint = where.Item2, Channel = where.Item3, ProductId = where.Item4,
            Context = context,
            Payload = payload,
        });

    /// <summary>Events of any kind.</summary>
    public static readonly Gen<ShopperEvent> Any = Gen.OneOf<ShopperEvent>(Payloads.Keys.Select(IGen<ShopperEvent> (kind) => Of(kind)).ToArray());

    /// <summary>Fails unless both events hold the same in every field.</summary>
    public static void AssertSame(ShopperEvent expected, ShopperEvent actual)
    {
        Assert.Equal(expected.Context.AsEnumerable(), actual.Context.AsEnumerable());
        AssertSame(expected.Payload, actual.Payload);

        // What is left compares by value; collections do not.
        Assert.Equal(
            expected with { Context = ShopperEvent.NoContext, Payload = expected.Payload },
            actual with { Context = ShopperEvent.NoContext, Payload = expected.Payload });
    }

    private static void AssertSame(EventPayload expected, EventPayload actual)
    {
        switch (expected, actual)
        {
            case (ArFramesPayload e, ArFramesPayload a):
                Assert.Equal(e.Frames.Length, a.Frames.Length);
                foreach (var (left, right) in e.Frames.Zip(a.Frames))
                {
                    Assert.Equal(left.Coefficients.AsEnumerable(), right.Coefficients.AsEnumerable());
                    Assert.Equal(left with { Coefficients = [] }, right with { Coefficients = [] });
                }

                break;
            case (VoicePayload e, VoicePayload a):
                Assert.Equal(e.Features.AsEnumerable(), a.Features.AsEnumerable());
                Assert.Equal(e.DurationMs, a.DurationMs);
                Assert.Equal(e.Functionals.Layout, a.Functionals.Layout);
                // By bits: not every pattern is a number.
                Assert.Equal(e.Functionals.Values.Select(BitConverter.HalfToUInt16Bits), a.Functionals.Values.Select(BitConverter.HalfToUInt16Bits));
                break;
            case (DecisionPayload e, DecisionPayload a):
                Assert.Equal(e.Body.AsEnumerable(), a.Body.AsEnumerable());
                Assert.Equal(e.DecisionId, a.DecisionId);
                break;
            case (ConsentChangedPayload e, ConsentChangedPayload a):
                Assert.Equal(e.Body.AsEnumerable(), a.Body.AsEnumerable());
                break;
            case (FeelingPayload { Observation: { } e }, FeelingPayload { Observation: { } a }):
                Assert.Equal(e.Aspects.AsEnumerable(), a.Aspects.AsEnumerable());
                Assert.Equal(Enumerable.Range(0, EmotionDistribution.Count).Select(i => e.Emotions[i]), Enumerable.Range(0, EmotionDistribution.Count).Select(i => a.Emotions[i]));
                Assert.Equal((e.Modality, e.Valence, e.Arousal, e.Confidence, e.Flags, e.ModelVersion), (a.Modality, a.Valence, a.Arousal, a.Confidence, a.Flags, a.ModelVersion));
                Assert.Equal((((FeelingPayload)expected).Source, ((FeelingPayload)expected).SourceKind), (((FeelingPayload)actual).Source, ((FeelingPayload)actual).SourceKind));
                break;
            default:
                Assert.Equal(expected, actual);
                break;
        }
    }
}
