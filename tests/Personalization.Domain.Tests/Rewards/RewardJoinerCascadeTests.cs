using System.Buffers;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Domain.Tests.Recommendations.Catalog;
using Personalization.Domain.Tests.Recommendations.Decisions;

namespace Personalization.Domain.Tests.Rewards;

/// <summary>Slates that are looked at from the top down: what was done with them says how far.</summary>
public sealed class RewardJoinerCascadeTests
{
    private const int Slots = 5;
    private static readonly DateTimeOffset s_start = SampleProducts.Now;
    private static readonly RewardOptions s_options = new() { Window = TimeSpan.FromMinutes(10), AmendFor = TimeSpan.FromHours(1) };

    private static readonly SentimentObservation s_joy = new()
    {
        Modality = Modality.Face, Valence = 1, Arousal = 0, Confidence = 1, ModelVersion = "m@1",
    };

    private static readonly Gen<Told> s_told =
        from slot in Gen.Int[0, Slots - 1]
        from kind in Gen.OneOf(
            Gen.Const(OutcomeKind.Impression), Gen.Const(OutcomeKind.Impression), Gen.Const(OutcomeKind.Click), Gen.Const(OutcomeKind.AddToCart),
            Gen.Const(OutcomeKind.Dismiss))
        select new Told(slot, kind);

    private readonly RewardJoiner _joiner = new(s_options);
    private readonly List<PolicyUpdate> _lessons = [];
    private long _offset;

    [Fact]
    public void Apply_ClickBelowWhatWasPassed_TeachesItAtOnceAndTheOthersAboveWhenTheWindowCloses()
    {
        Decide();
        Tell(new(4, OutcomeKind.Impression));
        Tell(new(2, OutcomeKind.Click));
        Assert.Equal([("c", 1f)], Taught());
        Pass(11);
        Assert.Equal([("a", 0f), ("b", 0f), ("c", 1f)], Taught());
        Assert.All(_lessons.Where(static l => l.Kind == PolicyUpdateKind.Observation), static l => Assert.Equal(1, l.Examination));
    }

    [Fact]
    public void Apply_NothingDone_WasLookedAtDownToWhatWasReportedAsSeen()
    {
        Decide();
        Tell(new(2, OutcomeKind.Impression));
        Assert.Empty(_lessons);
        Pass(11);
        Assert.Equal([("a", 0f), ("b", 0f), ("c", 0f)], Taught());
    }

    [Fact]
    public void Apply_NothingReported_TeachesNothing()
    {
        Decide();
        Pass(11);
        Assert.Empty(_lessons);
    }

    [Fact]
    public void Apply_ImpressionsAreNotReported_LooksDownToTheLastDeedOrToTheEnd()
    {
        var unreported = new RewardJoiner(s_options with { RequireImpression = false });
        Decide(unreported, "clicked");
        Decide(unreported, "passed");
        Apply(unreported, new RecommendationOutcomePayload("clicked", OutcomeKind.Click, 0, 0, null, ""), "b", 1);
        Apply(unreported, new UserDeletedPayload(), "", 11);
        Assert.Equal(2 + Slots, _lessons.Count(static l => l.Kind == PolicyUpdateKind.Observation));
        Assert.Equal([("a", 0f), ("b", 1f), ("c", 0f), ("d", 0f), ("e", 0f)], Taught());
    }

    /// <summary>Whoever clicks further down after all has passed what lies between.</summary>
    [Fact]
    public void Apply_LaterClickFurtherDown_MakesTheSlotsBetweenObservations()
    {
        Decide();
        Tell(new(1, OutcomeKind.Click));
        Pass(11);
        _lessons.Clear();
        Tell(new(4, OutcomeKind.Click), 20);
        Assert.Equal([("c", 0f), ("d", 0f), ("e", 1f)], Taught());
        Assert.All(_lessons, l => Assert.Equal((PolicyUpdateKind.Observation, _offset), (l.Kind, l.Offset)));
    }

    [Fact]
    public void Apply_LaterClickOnWhatWasTaughtAsPassed_AmendsItAndTakesNothingBack()
    {
        Decide();
        Tell(new(3, OutcomeKind.Impression));
        Pass(11);
        _lessons.Clear();
        Tell(new(1, OutcomeKind.Click), 20);
        Assert.Equal((PolicyUpdateKind.Amendment, "b", 1f), (Assert.Single(_lessons).Kind, _lessons[0].ItemId, _lessons[0].Reward));
    }

    [Fact]
    public void Apply_FeelingAboutWhatLiesBelow_WaitsUntilItIsKnownToHaveBeenLookedAt()
    {
        Decide();
        Tell(new(3, OutcomeKind.Impression));
        Tell(new(0, OutcomeKind.Click));
        Feel("d", 1);
        Assert.Equal([("a", 1f)], Taught());
        Tell(new(4, OutcomeKind.Click), 2);
        Assert.Equal([("a", 1f), ("d", 0.1f), ("e", 1f)], Taught());
        Pass(11);
        Feel("b", 12);
        Assert.Equal([("a", 1f), ("b", 0.1f), ("c", 0f), ("d", 0.1f), ("e", 1f)], Taught());
    }

    /// <summary>Of a single item both models say the same, and what is stored of a decision does not tell them apart.</summary>
    [Fact]
    public void IsCascade_OneStepForSeveralItems_IsOne()
    {
        Assert.True(Made("d").IsCascade);
        Assert.False((Made("d") with { Examination = [0, 0, 0, 0, 0] }).IsCascade);
        Assert.False((Made("d") with { Examination = [] }).IsCascade);
        Assert.False((Made("d") with { Items = Made("d").Items[..1] }).IsCascade);
    }

    /// <summary>Whatever comes while the window is open, in whatever order: taught is what was looked at, each once and with all it got.</summary>
    [Fact]
    public void Apply_AnyOutcomesInTheWindow_TeachesWhatWasLookedAtWhateverTheOrder() => Gen.Select(s_told.Array[0, 12], Gen.Int).Sample((told, seed) =>
    {
        var shuffled = told.ToArray();
        new Random(seed).Shuffle(shuffled);
        var (first, second) = (Run(told, []), Run(shuffled, []));
        Assert.Equal(Expected(told), Totals(first));
        Assert.Equal(Expected(told), Totals(second));
        AssertOneObservationEach(first);
    });

    /// <summary>What comes late adds to what was taught: nothing is taken back, and every reward ends at what was got.</summary>
    [Fact]
    public void Apply_AnyOutcomesAfterTheWindow_OnlyAdds() => Gen.Select(s_told.Array[0, 8], s_told.Array[1, 8]).Sample((told, late) =>
    {
        var lessons = Run(told, late);
        AssertOneObservationEach(lessons);
        var looked = Enumerable.Range(0, late.Length + 1).SelectMany(n => LookedAt([.. told, .. late[..n]])).ToHashSet();
        Assert.Equal(looked.Order().Select(slot => (IdOf(slot), RewardOf([.. told, .. late], slot))), Totals(lessons));
    });

    /// <summary>The policy ends where it would have ended had it been told each item's whole reward at once.</summary>
    [Fact]
    public void Apply_AnyOutcomes_ThePolicyEndsAsIfToldAtOnce() => Gen.Select(s_told.Array[1, 8], s_told.Array[0, 8]).Sample((told, late) =>
    {
        var (inPieces, atOnce) = (new PolicyModel(new PolicyShape(2, 2, 9), new HybridRidgeOptions()), new PolicyModel(new PolicyShape(2, 2, 9), new HybridRidgeOptions()));
        var lessons = Run(told, late).Where(static l => l.Kind != PolicyUpdateKind.Settlement).ToArray();
        foreach (var lesson in lessons)
        {
            Assert.True(inPieces.Learn(lesson));
        }

        foreach (var item in lessons.GroupBy(static l => l.ItemId))
        {
            atOnce.Learn(item.First() with { Reward = item.Sum(static l => l.Reward) });
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(atOnce.Ridge.Shared.Weights[i], inPieces.Ridge.Shared.Weights[i], 1e-9);
        }
    });

    /// <summary>A joiner that is stored and read back between any two events goes on as if it had not been.</summary>
    [Fact]
    public void Codec_BetweenAnyTwoEvents_ChangesNothing() => Gen.Select(s_told.Array[0, 8], s_told.Array[0, 8]).Sample((told, late) =>
        Assert.Equal(
            Run(told, late).Select(static l => (l.Offset, l.Kind, l.ItemId, l.Reward)),
            Run(told, late, stored: true).Select(static l => (l.Offset, l.Kind, l.ItemId, l.Reward))));

    private static List<PolicyUpdate> Run(Told[] told, Told[] late, bool stored = false)
    {
        var codec = new RewardJoinerCodec(s_options);
        var (joiner, lessons, offset) = (new RewardJoiner(s_options), new List<PolicyUpdate>(), 0L);
        void Go(EventPayload payload, string item, int minute)
        {
            joiner.Apply(++offset, Event(payload, item, minute), null, lessons);
            Assert.Equal(JoinOutcome.AlreadyApplied, joiner.Apply(offset, Event(payload, item, minute), null, lessons));
            if (stored)
            {
                var output = new ArrayBufferWriter<byte>();
                codec.Write(joiner, output);
                joiner = codec.Read(output.WrittenSpan);
            }
        }

        Go(new DecisionPayload("d", [.. DecisionCodec.Encode(Made("d"))]), "", 0);
        foreach (var outcome in told)
        {
            Go(outcome.Payload, IdOf(outcome.Slot), 1);
        }

        Go(new UserDeletedPayload(), "", 11);
        foreach (var outcome in late)
        {
            Go(outcome.Payload, IdOf(outcome.Slot), 12);
        }

        return lessons;
    }

    private static IEnumerable<(string Item, float Reward)> Expected(Told[] told) =>
        LookedAt(told).Select(slot => (IdOf(slot), RewardOf(told, slot)));

    private static IEnumerable<int> LookedAt(Told[] told)
    {
        var done = told.Where(static t => t.Kind != OutcomeKind.Impression).ToArray();
        var last = (done.Length > 0 ? done : told).Select(static t => t.Slot).DefaultIfEmpty(-1).Max();
        return Enumerable.Range(0, last + 1);
    }

    private static float RewardOf(Told[] told, int slot)
    {
        var got = told.Where(t => t.Slot == slot).Select(static t => t.Kind).ToHashSet();
        return Math.Clamp(
            (got.Contains(OutcomeKind.Click) ? 1f : 0) + (got.Contains(OutcomeKind.AddToCart) ? 0.5f : 0) - (got.Contains(OutcomeKind.Dismiss) ? 0.5f : 0), -1, 3);
    }

    private static IEnumerable<(string Item, float Reward)> Totals(IEnumerable<PolicyUpdate> lessons) =>
        lessons.Where(static l => l.Kind != PolicyUpdateKind.Settlement)
            .GroupBy(static l => l.ItemId).Select(static g => (g.Key, g.Sum(static l => l.Reward))).OrderBy(static t => t.Key, StringComparer.Ordinal);

    private static void AssertOneObservationEach(List<PolicyUpdate> lessons) =>
        Assert.All(
            lessons.Where(static l => l.Kind != PolicyUpdateKind.Settlement).GroupBy(static l => l.ItemId),
            static item => Assert.Equal(
                [PolicyUpdateKind.Observation, .. Enumerable.Repeat(PolicyUpdateKind.Amendment, item.Count() - 1)], item.Select(static l => l.Kind)));

    private static string IdOf(int slot) => ((char)('a' + slot)).ToString();

    private static Decision Made(string id) => DecisionCodecTests.Make(
        [64, 5], [.. Enumerable.Range(0, Slots).Select(static slot => new DecisionItem(IdOf(slot), [64, (sbyte)slot], 0.5f, (Half)0.1))], id) with
    {
        At = s_start, Examination = [0], FeatureVersion = 9,
    };

    private (string Item, float Reward)[] Taught() => [.. Totals(_lessons)];

    private void Decide() => Decide(_joiner, "d");

    private void Decide(RewardJoiner joiner, string id) =>
        Apply(joiner, new DecisionPayload(id, [.. DecisionCodec.Encode(Made(id))]), "", 0);

    private void Tell(Told told, int minute = 1) => Apply(_joiner, told.Payload, IdOf(told.Slot), minute);

    private void Pass(int minute) => Apply(_joiner, new UserDeletedPayload(), "", minute);

    private void Feel(string item, int minute) =>
        _joiner.Apply(++_offset, Event(new BehaviourPayload { Action = BehaviourKind.View }, item, minute), s_joy, _lessons);

    private void Apply(RewardJoiner joiner, EventPayload payload, string item, int minute) =>
        joiner.Apply(++_offset, Event(payload, item, minute), null, _lessons);

    private static ShopperEvent Event(EventPayload payload, string product, int minute) => new()
    {
        EventId = "e",
        OccurredAt = s_start + TimeSpan.FromMinutes(minute),
        ReceivedAt = s_start + TimeSpan.FromMinutes(minute),
        User = UserKey.Known("u"),
        ProductId = product,
        Payload = payload,
    };

    private sealed record Told(int Slot, OutcomeKind Kind)
    {
        public RecommendationOutcomePayload Payload => new("d", Kind, 0, 0, null, "");
    }
}
