using System.Buffers;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;
using Personalization.Domain.Tests.Recommendations.Catalog;
using Personalization.Domain.Tests.Recommendations.Decisions;

namespace Personalization.Domain.Tests.Rewards;

public sealed class RewardJoinerTests
{
    private static readonly DateTimeOffset s_start = SampleProducts.Now;
    private static readonly RewardOptions s_options = new() { Window = TimeSpan.FromMinutes(10), AmendFor = TimeSpan.FromHours(1), Capacity = 3 };

    /// <summary>
    /// What is stored of d1 to d4, made at 1 to 4 minutes past noon where three fit: b of d2 was seen, c of d4 was clicked and a of d4
    /// bought; then a click on d1, which had been let go, and one on d9, which never was, after d2's window had closed.
    /// </summary>
    private const string Format1 =
        "AQkBAQH25vvBqvbTm0cDAmQygLCrtK7e094RPlECZDKAsKu0rt7T3hEAAARob21lAQMEBQIBAQMBYQIDAQEAAAA/Zi4BYgIBAgAAgD5mLgFjAgIDAAAAP2YuAQEBAQEB" +
        "AAAAAAACZDOAyMXwst7T3hE+UQJkM4DIxfCy3tPeEQAABGhvbWUBAwQFAgEBAwFhAgMBAQAAAD9mLgFiAgECAACAPmYuAWMCAgMAAAA/Zi4BAAJkNIDg36y33tPeET5R" +
        "AmQ0gODfrLfe094RAAAEaG9tZQEDBAUCAQEDAWECAwEBAAAAP2YuAWICAQIAAIA+Zi4BYwICAwAAAD9mLgACAAEBAs3MTD4EAACAQAIBAQIAAIA/AQAAgD8=";

    private readonly RewardJoiner _joiner = new(s_options);
    private readonly List<PolicyUpdate> _lessons = [];
    private long _offset;

    [Fact]
    public void Apply_ClickOnAnItem_TeachesItAtOnceAndOnce()
    {
        Decide("d1", 0);
        Assert.Equal(JoinOutcome.Joined, Tell("d1", "b", OutcomeKind.Click, 1));
        Assert.Equal(JoinOutcome.Joined, Tell("d1", "b", OutcomeKind.Click, 2));
        var lesson = Assert.Single(_lessons);
        Assert.Equal((PolicyUpdateKind.Observation, "b", 2, 1f, 2L), (lesson.Kind, lesson.ItemId, lesson.Position, lesson.Reward, lesson.Offset));
        Assert.Equal([2, 2], lesson.Item.AsEnumerable());
        Assert.Equal(12345, lesson.PolicyVersion);
    }

    [Fact]
    public void Apply_EveryLesson_ComesWithTheDecisionItIsFor()
    {
        Decide("d1", 0);
        Tell("d1", "b", OutcomeKind.Click, 1);
        var joined = Assert.Single(_joiner.LastJoined);
        var lesson = Assert.Single(_lessons);
        Assert.Equal(("d1", "b", 2, lesson.Reward, lesson.Kind), (joined.DecisionId, joined.ItemId, joined.Slot, joined.Reward, joined.Kind));
        Assert.InRange(joined.Propensity, float.Epsilon, 1);
        Assert.Equal(new ComponentValues(1, null, null, null, null, null), joined.Components);

        var read = JoinedReward.Decode(joined.Encode());
        Assert.Equal(joined with { User = [], Item = [] }, read with { User = [], Item = [] });
        Assert.Equal(joined.User.AsEnumerable(), read.User.AsEnumerable());
        Assert.Equal(joined.Item.AsEnumerable(), read.Item.AsEnumerable());

        Tell("d1", "b", OutcomeKind.Click, 2);
        Assert.Empty(_joiner.LastJoined);
    }

    [Fact]
    public void Apply_DecisionThatRemembersCandidates_SaysThemOnceAndComponentsEachTime()
    {
        var candidates = new SlotCandidates([0.1f, 0.2f], [0, 0], 1);
        var body = DecisionCodec.Encode(DecisionCodecTests.Make([64, 5], [new("a", [1, 1], 0.5f, (Half)0.1, candidates)], "d9") with { At = s_start });
        _joiner.Apply(++_offset, Event(new DecisionPayload("d9", [.. body]), "", 0), null, _lessons);
        Tell("d9", "a", OutcomeKind.Click, 1);
        Assert.Equal([0.1f, 0.2f], Assert.Single(_joiner.LastJoined).Candidates!.Scores.AsEnumerable());
        Tell("d9", "a", OutcomeKind.AddToCart, 2);
        var amendment = Assert.Single(_joiner.LastJoined);
        Assert.Null(amendment.Candidates);
        Assert.Equal(new ComponentValues(1, 1, null, null, null, null), amendment.Components);
    }

    /// <summary>Lines of the log say of each slot what the shadow would have done; lessons of the first alone.</summary>
    [Fact]
    public void Apply_DecisionThatAShadowWasScoredOn_SaysSoInLessonsAndLines()
    {
        var decision = DecisionCodecTests.Make([64, 5], [new("a", [1, 1], 0.5f, (Half)0.1), new("b", [2, 2], 0.5f, (Half)0.1)], "d9");
        var body = DecisionCodec.Encode(decision with { At = s_start, Mode = PolicyMode.Apprentice, Shadow = new DecisionShadow(7, [0.25f, 0.75f]) });
        _joiner.Apply(++_offset, Event(new DecisionPayload("d9", [.. body]), "", 0), null, _lessons);
        Tell("d9", "b", OutcomeKind.Click, 1);
        Assert.Equal((PolicyMode.Apprentice, 7L, 0.75f), Shadowed(JoinedReward.Decode(Assert.Single(_joiner.LastJoined).Encode())));
        Tell("d9", "a", OutcomeKind.Click, 2);
        Assert.Equal((PolicyMode.Apprentice, 7L, 0.25f), Shadowed(JoinedReward.Decode(Assert.Single(_joiner.LastJoined).Encode())));
        Tell("d9", "a", OutcomeKind.AddToCart, 3);
        Assert.Equal((PolicyMode.Online, 0L, null), Shadowed(JoinedReward.Decode(Assert.Single(_joiner.LastJoined).Encode())));
        Assert.Equal(
            [(0L, 0f), (7L, 0.25f), (7L, 0.25f)], _lessons.Select(static l => ReadBack(l)).Select(static l => (l.Shadow, l.ShadowPropensity)));

        static (PolicyMode, long, float?) Shadowed(JoinedReward line) => (line.Mode, line.Shadow, line.ShadowPropensity);
    }

    private static PolicyUpdate ReadBack(PolicyUpdate lesson)
    {
        var output = new ArrayBufferWriter<byte>();
        PolicyUpdateCodec.Write(lesson, new StateWriter(output));
        return PolicyUpdateCodec.Read(lesson.Offset, output.WrittenSpan);
    }

    /// <summary>What a baseline shows says nothing of whether the policy's own choices still get what is expected of them.</summary>
    [Theory]
    [InlineData(PolicyMode.Online, true)]
    [InlineData(PolicyMode.Apprentice, false)]
    public void Apply_WindowThatCloses_SettlesPredictionsOfOwnChoicesOnly(PolicyMode mode, bool hasLoss)
    {
        var decision = DecisionCodecTests.Make([64, 5], [new("a", [1, 1], 0.5f, (Half)0.1)], "d9");
        var body = DecisionCodec.Encode(decision with { At = s_start, Mode = mode, Examination = [0] });
        _joiner.Apply(++_offset, Event(new DecisionPayload("d9", [.. body]), "", 0), null, _lessons);
        Tell("d9", "a", OutcomeKind.Click, 1);
        Nothing(10);
        Assert.Equal(hasLoss, _lessons.Any(static l => l.Kind == PolicyUpdateKind.Settlement && l.Loss is not null));
    }

    [Fact]
    public void Apply_SeenAndNothingElse_IsMissingUntilTheWindowClosesAndZeroThen()
    {
        Decide("d1", 0);
        Tell("d1", "a", OutcomeKind.Impression, 1);
        Tell("d1", "b", OutcomeKind.Impression, 1);
        Tell("d1", "b", OutcomeKind.Click, 2);
        Assert.Single(_lessons);
        Nothing(9);
        Assert.Single(_lessons);
        Nothing(10);
        Assert.Equal(2, _lessons.Count);
        Assert.Equal(("a", 0f, PolicyUpdateKind.Observation, _offset), (_lessons[1].ItemId, _lessons[1].Reward, _lessons[1].Kind, _lessons[1].Offset));
        Nothing(30);
        Assert.Equal(2, _lessons.Count);
        Assert.Equal(DecisionState.Closed, _joiner.StateOf("d1"));
    }

    [Fact]
    public void Apply_OutcomeAfterTheWindow_AmendsByWhatChanged()
    {
        Decide("d1", 0);
        Tell("d1", "a", OutcomeKind.Impression, 1);
        Nothing(11);
        Assert.Equal(JoinOutcome.Amended, Tell("d1", "a", OutcomeKind.Click, 20));
        Tell("d1", "a", OutcomeKind.Purchase, 21, margin: 10);
        Tell("d1", "a", OutcomeKind.Return, 22, margin: 10);
        Assert.Equal([0, 1, 0.5f, -0.5f], _lessons.Select(static l => l.Reward));
        Assert.Equal([PolicyUpdateKind.Observation, PolicyUpdateKind.Amendment, PolicyUpdateKind.Amendment, PolicyUpdateKind.Amendment], _lessons.Select(static l => l.Kind));
    }

    [Fact]
    public void Apply_UnknownLateAndForeign_AreToldApartAndCounted()
    {
        Decide("d1", 0);
        Assert.Equal(JoinOutcome.UnknownDecision, Tell("nope", "a", OutcomeKind.Click, 1));
        Assert.Equal(JoinOutcome.UnknownItem, Tell("d1", "zzz", OutcomeKind.Click, 1));
        Nothing(71);
        Assert.Equal(JoinOutcome.Late, Tell("d1", "a", OutcomeKind.Click, 72));
        Assert.Equal(DecisionState.LetGo, _joiner.StateOf("d1"));
        Assert.Equal((2, 1), (_joiner.UnknownOutcomes, _joiner.LateOutcomes));
        Assert.Empty(_lessons);
    }

    [Fact]
    public void Apply_MoreDecisionsThanFit_ClosesTheOldestEarly()
    {
        Decide("d1", 0);
        Tell("d1", "a", OutcomeKind.Impression, 1);
        Decide("d2", 2);
        Decide("d3", 3);
        Assert.Empty(_lessons);
        Decide("d4", 4);
        Assert.Equal(("a", 0f), (Assert.Single(_lessons).ItemId, _lessons[0].Reward));
        Assert.Equal(3, _joiner.PendingCount);
        Assert.Equal(DecisionState.LetGo, _joiner.StateOf("d1"));
    }

    [Fact]
    public void Apply_ReportedPosition_IsWhereItWasSeen()
    {
        Decide("d1", 0);
        Tell("d1", "a", OutcomeKind.Click, 1, position: 9);
        Assert.Equal(9, _lessons[0].Position);
    }

    [Fact]
    public void Apply_FeelingAboutAShownProduct_EntersTheReward()
    {
        Decide("d1", 0);
        Tell("d1", "a", OutcomeKind.Click, 1);
        var felt = new SentimentObservation { Modality = Modality.Face, Valence = 0.8f, Arousal = 0, Confidence = 0.5f, ModelVersion = "m@1" };
        _joiner.Apply(++_offset, Event(new TextFeedbackPayload("", "x", ""), "a", 2), felt, _lessons);
        _joiner.Apply(++_offset, Event(new TextFeedbackPayload("", "x", ""), "unshown", 2), felt, _lessons);
        _joiner.Apply(++_offset, Event(new TextFeedbackPayload("", "x", ""), "a", 3), felt with { Flags = ObservationFlags.Spam }, _lessons);
        Assert.Equal(2, _lessons.Count);
        Assert.Equal(0.04f, _lessons[1].Reward, 1e-6f);
    }

    [Fact]
    public void CloseDue_BetweenEvents_TeachesWhatWasSeen()
    {
        Decide("d1", 0);
        Tell("d1", "c", OutcomeKind.Impression, 1);
        Assert.Equal(s_start + s_options.Window, _joiner.NextDue);
        Assert.True(_joiner.CloseDue(50, s_start + s_options.Window, _lessons));
        Assert.Equal(50, Assert.Single(_lessons).Offset);
        Assert.Null(_joiner.NextDue);
        Assert.False(_joiner.CloseDue(50, s_start + TimeSpan.FromHours(1), _lessons));
    }

    [Fact]
    public void Apply_NoImpressionsReported_TakesTheWholeSlateAsSeenWhenToldTo()
    {
        var joiner = new RewardJoiner(s_options with { RequireImpression = false });
        joiner.Apply(1, Event(new DecisionPayload("d1", [.. Body("d1", s_start)]), "", 0), null, _lessons);
        joiner.CloseDue(2, s_start + s_options.Window, _lessons);
        Assert.Equal(["a", "b", "c"], _lessons.Select(static l => l.ItemId));
    }

    [Fact]
    public void Apply_AnyEventsWithRepeatsAndRestarts_TeachesTheSame() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 7]).Array[1, 40].Sample(script =>
        {
            var minute = 0;
            var events = script.Select((s, i) =>
            {
                minute += s.Item4;
                return s.Item1 == 0
                    ? Event(new DecisionPayload($"d{s.Item2}", [.. Body($"d{s.Item2}", s_start + TimeSpan.FromMinutes(minute))]), "", minute)
                    : Event(new RecommendationOutcomePayload($"d{s.Item2}", (OutcomeKind)(1 + (s.Item1 % 6)), 0, 20, null, "EUR"), "abc"[s.Item3..(s.Item3 + 1)], minute);
            }).ToArray();
            var (plain, restarted) = (new List<PolicyUpdate>(), new List<PolicyUpdate>());
            var straight = new RewardJoiner(s_options);
            var codec = new RewardJoinerCodec(s_options);
            var broken = new RewardJoiner(s_options);
            for (var i = 0; i < events.Length; i++)
            {
                straight.Apply(i + 1, events[i], null, plain);
                broken.Apply(i + 1, events[i], null, restarted);
                broken.Apply(Math.Max(1, i), events[Math.Max(0, i - 1)], null, restarted);
                broken = codec.Read(Encoded(codec, broken));
            }

            Assert.Equal(Encoded(codec, straight), Encoded(codec, broken));
            Assert.Equal(
                plain.Select(static l => (l.Kind, l.Offset, l.ItemId, l.Position, l.Reward)),
                restarted.Select(static l => (l.Kind, l.Offset, l.ItemId, l.Position, l.Reward)));
        });

    [Fact]
    public void Lessons_OfAnyScript_AddUpToTheFinalReward() =>
        Gen.Int[1, 5].Array[1, 12].Sample(kinds =>
        {
            var joiner = new RewardJoiner(s_options);
            var lessons = new List<PolicyUpdate>();
            joiner.Apply(1, Event(new DecisionPayload("d1", [.. Body("d1", s_start)]), "", 0), null, lessons);
            long offset = 1;
            foreach (var kind in kinds)
            {
                joiner.Apply(++offset, Event(new RecommendationOutcomePayload("d1", (OutcomeKind)(kind + 1), 0, 0, 4, "EUR"), "a", 1), null, lessons);
            }

            var reward = (kinds.Contains(1) ? 1 : 0) + (kinds.Contains(2) ? 0.5 : 0) + (0.2 * kinds.Count(static k => k == 3))
                - (0.2 * kinds.Count(static k => k == 4)) - (kinds.Contains(5) ? 0.5 : 0);
            Assert.Equal(Math.Clamp(reward, s_options.MinReward, s_options.MaxReward), lessons.Sum(static l => (double)l.Reward), 1e-4);
            Assert.Equal(PolicyUpdateKind.Observation, lessons[0].Kind);
            Assert.All(lessons.Skip(1), static l => Assert.Equal(PolicyUpdateKind.Amendment, l.Kind));
        });

    [Fact]
    public void Read_StateOfFormat1_IsWhereItWasAndIsWrittenTheSame()
    {
        var codec = new RewardJoinerCodec(s_options);
        var joiner = codec.Read(Convert.FromBase64String(Format1));

        Assert.Equal(Format1, Convert.ToBase64String(Encoded(codec, joiner)));
        Assert.Equal((3, 1L, 1L, 9L), (joiner.PendingCount, joiner.UnknownOutcomes, joiner.LateOutcomes, joiner.LastOffset));
        Assert.Equal(
            [DecisionState.LetGo, DecisionState.Closed, DecisionState.Closed, DecisionState.Open, DecisionState.Unknown],
            new[] { "d1", "d2", "d3", "d4", "d9" }.Select(joiner.StateOf));
        var noon = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var sold = new RecommendationOutcomePayload("d4", OutcomeKind.Purchase, 0, 0, 10, "EUR");
        joiner.Apply(10, Event(sold, "a", 0) with { ReceivedAt = noon.AddMinutes(13) }, null, _lessons);
        Assert.Equal((PolicyUpdateKind.Amendment, "a"), (_lessons[0].Kind, _lessons[0].ItemId));
        Assert.Equal(0.5, _lessons[0].Reward, 1e-6);
    }

    [Fact]
    public void Apply_OutcomesOfTwoDecisionsInTurn_AreEachJoinedToTheirOwn()
    {
        Decide("d1", 0);
        _joiner.Apply(++_offset, Event(new DecisionPayload("d2", [.. DecisionCodec.Encode(
            DecisionCodecTests.Make([1], [new("c", [9], 0.5f, default), new("a", [8], 0.5f, default)], "d2") with { At = s_start })]), "", 0), null, _lessons);
        foreach (var decision in new[] { "d1", "d2" })
        {
            Tell(decision, "c", OutcomeKind.Click, 1);
            Tell(decision == "d1" ? "d2" : "d1", "a", OutcomeKind.Click, 1);
        }

        Assert.Equal([("c", 3), ("a", 2), ("c", 1), ("a", 1)], _lessons.Select(static l => (l.ItemId, l.Position)));
    }

    [Fact]
    public void ForgetJoined_AfterACallThatTaught_LeavesNothing()
    {
        Decide("d1", 0);
        Tell("d1", "b", OutcomeKind.Click, 1);
        Assert.Single(_joiner.LastJoined);
        _joiner.ForgetJoined();
        Assert.Empty(_joiner.LastJoined);
    }

    [Fact]
    public void Apply_DecisionOfAnotherStageOrDamaged_IsLeftAlone()
    {
        Assert.Equal(JoinOutcome.NotApplicable, _joiner.Apply(1, Event(new DecisionPayload("i", [1, 2, 3]), "", 0), null, _lessons));
        Assert.Equal(JoinOutcome.DecisionUnreadable, _joiner.Apply(2, Event(new DecisionPayload("d", [0x51, 200]), "", 0), null, _lessons));
        Assert.Equal(0, _joiner.PendingCount);
    }

    /// <summary>An item and its amendments carry b of the position they were shown in, as the decision has it.</summary>
    [Fact]
    public void Apply_DecisionThatKnowsPositions_TeachesWithItsOwnExamination()
    {
        DecidePositions("d1");
        Tell("d1", "b", OutcomeKind.Click, 1);
        Tell("d1", "b", OutcomeKind.AddToCart, 2);
        Tell("d1", "c", OutcomeKind.Click, 3, position: 1);
        Assert.Equal(
            [ExaminationGrid.Unpack(20), ExaminationGrid.Unpack(20), ExaminationGrid.Unpack(0)], _lessons.Select(static l => l.Examination));
        Assert.Equal([PolicyUpdateKind.Observation, PolicyUpdateKind.Amendment, PolicyUpdateKind.Observation], _lessons.Select(static l => l.Kind));
    }

    /// <summary>When the window closes, once: neighbours that were seen where they were drawn, and how far off was what was expected.</summary>
    [Fact]
    public void Apply_WindowOfADecisionThatKnowsPositions_IsSettledOnceWhenItCloses()
    {
        DecidePositions("d1");
        Tell("d1", "a", OutcomeKind.Impression, 1);
        Tell("d1", "b", OutcomeKind.Impression, 1);
        Tell("d1", "c", OutcomeKind.Impression, 1);
        Tell("d1", "b", OutcomeKind.Click, 2);
        _lessons.Clear();
        Nothing(11);
        var settled = Assert.Single(_lessons, static l => l.Kind == PolicyUpdateKind.Settlement);
        Assert.Equal(_offset, settled.Offset);
        Assert.Equal(
            [new SlotPair(1, (Half)0.25, false, true), new SlotPair(2, (Half)0.5, true, false)], settled.Pairs.AsEnumerable());
        double[] errors = [0 - 0.1, 1 - (ExaminationGrid.Unpack(20) * 0.1), 0 - (ExaminationGrid.Unpack(50) * 0.1)];
        Assert.Equal(errors.Average(static e => e * e), settled.Loss!.Value, 1e-3);
        Assert.Equal(2, _joiner.LastJoined.Count);

        _lessons.Clear();
        Tell("d1", "c", OutcomeKind.Click, 12);
        Nothing(13);
        Assert.Equal([PolicyUpdateKind.Amendment], _lessons.Select(static l => l.Kind));
        var read = PolicyUpdateCodec.Read(settled.Offset, Written(settled));
        Assert.Equal(settled.Pairs.AsEnumerable(), read.Pairs.AsEnumerable());
        Assert.Equal(settled with { User = [], Item = [], Pairs = [] }, read with { User = [], Item = [], Pairs = [] });
    }

    [Fact]
    public void Apply_LargePurchase_CountsAsAnErrorOfOneAtMost()
    {
        DecidePositions("d1");
        Tell("d1", "a", OutcomeKind.Purchase, 1, margin: 60);
        Nothing(11);
        Assert.Equal(1, Assert.Single(_lessons, static l => l.Kind == PolicyUpdateKind.Settlement).Loss);
    }

    [Fact]
    public void Apply_NeighboursNotBothSeenWhereTheyWereDrawn_AreNotCompared()
    {
        DecidePositions("d1");
        Tell("d1", "a", OutcomeKind.Click, 1);
        Tell("d1", "c", OutcomeKind.Click, 1, position: 2);
        Nothing(11);
        Assert.Empty(Assert.Single(_lessons, static l => l.Kind == PolicyUpdateKind.Settlement).Pairs);
    }

    /// <summary>What a baseline shows is compared where any order was as likely, and says nothing of whether the policy is right.</summary>
    [Theory]
    [InlineData(RankingArm.Random)]
    [InlineData(RankingArm.Popularity)]
    public void Apply_DecisionOfABaseline_IsNotHeldAgainstThePolicy(RankingArm arm)
    {
        DecidePositions("d1", arm);
        Tell("d1", "a", OutcomeKind.Click, 1);
        Tell("d1", "b", OutcomeKind.Impression, 1);
        Nothing(11);
        Assert.Null(Assert.Single(_lessons, static l => l.Kind == PolicyUpdateKind.Settlement).Loss);
    }

    /// <summary>Slates that nobody looked at make room for each other, and a purchase still finds the slate that was seen.</summary>
    [Fact]
    public void Apply_ManySlatesThatNobodySaw_PushOutNoneThatWasSeen()
    {
        var joiner = new RewardJoiner(s_options with { Capacity = 8, UnseenCapacity = 3 });
        void Add(string id) => joiner.Apply(++_offset, Event(new DecisionPayload(id, [.. Body(id, s_start)]), "", 0), null, _lessons);
        void Saw(string id) => joiner.Apply(
            ++_offset, Event(new RecommendationOutcomePayload(id, OutcomeKind.Impression, 1, 0, null, ""), "a", 0), null, _lessons);
        Add("seen");
        Saw("seen");
        for (var i = 0; i < 40; i++)
        {
            Add($"watched-{i}");
        }

        Assert.Equal(4, joiner.PendingCount);
        Assert.Equal(
            [DecisionState.Open, DecisionState.LetGo, DecisionState.Open, DecisionState.Open],
            new[] { "seen", "watched-36", "watched-37", "watched-39" }.Select(joiner.StateOf));

        // What is seen has room of its own, and makes room for its like in the end.
        for (var i = 0; i < 8; i++)
        {
            Add($"looked-at-{i}");
            Saw($"looked-at-{i}");
        }

        Assert.Equal(8, joiner.PendingCount);
        Assert.Equal((DecisionState.LetGo, DecisionState.Open), (joiner.StateOf("seen"), joiner.StateOf("looked-at-1")));
    }

    [Fact]
    public void Constructor_OptionOutOfRange_NamesIt()
    {
        var e = Assert.Throws<ArgumentException>(() => new RewardJoiner(new RewardOptions { Capacity = 0 }));
        Assert.Contains("Capacity: is 0; allowed: 1 to 256", e.Message, StringComparison.Ordinal);
    }

    private void Decide(string id, int minute) =>
        Assert.Equal(
            JoinOutcome.DecisionAdded,
            _joiner.Apply(++_offset, Event(new DecisionPayload(id, [.. Body(id, s_start + TimeSpan.FromMinutes(minute))]), "", minute), null, _lessons));

    private void DecidePositions(string id, RankingArm arm = RankingArm.Engine)
    {
        var decision = DecisionCodec.Instance.Read(Body(id, s_start)) with
        {
            Arm = arm, Examination = [0, 20, 50], Swaps = [(Half)0.25, (Half)0.5],
        };
        _joiner.Apply(++_offset, Event(new DecisionPayload(id, [.. DecisionCodec.Encode(decision)]), "", 0), null, _lessons);
    }

    private static byte[] Written(PolicyUpdate update)
    {
        var output = new ArrayBufferWriter<byte>();
        PolicyUpdateCodec.Write(update, new StateWriter(output));
        return output.WrittenSpan.ToArray();
    }

    private JoinOutcome Tell(string decision, string item, OutcomeKind kind, int minute, decimal? margin = null, int position = 0) =>
        _joiner.Apply(++_offset, Event(new RecommendationOutcomePayload(decision, kind, position, 0, margin, ""), item, minute), null, _lessons);

    private void Nothing(int minute) => _joiner.Apply(++_offset, Event(new UserDeletedPayload(), "", minute), null, _lessons);

    private static byte[] Body(string id, DateTimeOffset at)
    {
        DecisionItem[] items = [new("a", [1, 1], 0.5f, (Half)0.1), new("b", [2, 2], 0.5f, (Half)0.1), new("c", [3, 3], 0.5f, (Half)0.1)];
        return DecisionCodec.Encode(DecisionCodecTests.Make([64, 5], items, id) with { At = at });
    }

    private static ShopperEvent Event(EventPayload payload, string product, int minute) => new()
    {
        EventId = "e",
        OccurredAt = s_start + TimeSpan.FromMinutes(minute),
        ReceivedAt = s_start + TimeSpan.FromMinutes(minute),
        User = UserKey.Known("u"),
        ProductId = product,
        Payload = payload,
    };

    private static byte[] Encoded(RewardJoinerCodec codec, RewardJoiner joiner)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Write(joiner, output);
        return output.WrittenSpan.ToArray();
    }
}
