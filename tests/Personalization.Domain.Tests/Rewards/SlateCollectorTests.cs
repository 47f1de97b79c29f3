using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Rewards.Evaluation;

namespace Personalization.Domain.Tests.Rewards;

public sealed class SlateCollectorTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_later = s_start.AddDays(30);

    [Fact]
    public void Finish_LinesInPieces_AreOneSlateWithItsRatiosAndRewards()
    {
        var collector = Collector(RewardMeasure.Click);
        collector.Add(User("ada"), Line("d", 2, click: true));
        collector.Add(User("ada"), Line("d", 1, click: false));
        collector.Add(User("ada"), Line("d", 1, click: true) with { Kind = PolicyUpdateKind.Amendment, Candidates = null });

        var collected = collector.Finish(s_later);

        var slate = Assert.Single(collected.Slates);
        Assert.Equal([new EvaluatedSlot(0.9 / 0.25, 1), new EvaluatedSlot(0.9 / 0.25, 1)], slate.Slots.AsEnumerable());
        Assert.Equal(new EvaluatedDecision(0, 1, 0.25, 0.9, 0.5f, (0.9 * 0.5f) + (0.1 * 0.25f)), collected.Slots[0]);
        Assert.Equal(1, collected.Decisions);
    }

    [Fact]
    public void Finish_EngineReward_AddsAmendmentsUpWithinItsBounds()
    {
        var collector = Collector(RewardMeasure.EngineReward);
        collector.Add(User("ada"), Line("d", 1) with { Reward = 1 });
        collector.Add(User("ada"), Line("d", 1) with { Kind = PolicyUpdateKind.Amendment, Reward = -0.25f });
        collector.Add(User("bea"), Line("e", 1) with { Reward = 3.0000002f, Components = null });
        Assert.Equal([0.75, 3], collector.Finish(s_later).Slots.Select(static s => s.Reward));
    }

    [Theory]
    [InlineData(RewardMeasure.Click, 0)]
    [InlineData(RewardMeasure.Cart, 1)]
    [InlineData(RewardMeasure.Purchase, 1)]
    [InlineData(RewardMeasure.Return, 0)]
    [InlineData(RewardMeasure.Dismiss, 0)]
    [InlineData(RewardMeasure.Feeling, -0.5)]
    public void Finish_Measure_IsThatComponent(RewardMeasure measure, double reward)
    {
        var collector = Collector(measure);
        collector.Add(User("ada"), Line("d", 1) with { Components = new ComponentValues(null, 1, 20, null, null, -0.5f) });
        Assert.Equal(reward, collector.Finish(s_later).Slots.Single().Reward);
    }

    [Fact]
    public void Finish_WhatCannotBeEvaluated_IsCountedByReason()
    {
        var collector = Collector(RewardMeasure.Click);
        collector.Add(User("a"), Line("open", 1) with { DecidedAt = s_later.AddMinutes(-1) });
        collector.Add(User("b"), Line("gap", 2));
        collector.Add(User("c"), Line("spoiled", 1) with { Propensity = 0 });
        collector.Add(User("d"), Line("shown only", 1) with { Candidates = null });
        collector.Add(User("e"), Line("old", 1) with { Components = null });
        collector.Add(User("f"), Line("before", 1) with { DecidedAt = s_start.AddTicks(-1) });
        collector.Add(User("g"), Line("below", 3));
        collector.Add(User("h"), Line("good", 1));

        var collected = collector.Finish(s_later);

        Assert.Single(collected.Slates);
        Assert.Equal((6, 1, 1), (collected.Decisions, collected.Open, collected.WithGaps));
        Assert.Equal((1, 1, 1), (collected.WithoutPropensities, collected.WithoutCandidates, collected.WithoutComponents));
        Assert.Equal(0, collected.LinesBeyondCap);
    }

    [Fact]
    public void Add_MoreDecisionsThanAreHeld_CountsWhatIsLeftOutAndGoesOnWithTheOthers()
    {
        var collector = Collector(RewardMeasure.Click, maxDecisions: 3);
        foreach (var decision in (string[])["d1", "d2", "d3", "d4"])
        {
            collector.Add(User(decision), Line(decision, 1));
        }

        collector.Add(User("d4"), Line("d4", 2));
        collector.Add(User("d3"), Line("d3", 2));
        collector.Add(User("d1"), Line("d1", 2));
        var collected = collector.Finish(s_later);
        Assert.Equal((3, 2L), (collected.Slates.Length, collected.LinesBeyondCap));
        Assert.Equal([2, 1, 2], collected.Slates.Select(static s => s.Slots.Length));
    }

    /// <summary>A shadow that draws by another rule is what that rule makes of the candidates, where both are logged.</summary>
    [Fact]
    public void Finish_ShadowInThePlaceOfARule_IsTheSameWithoutAModel()
    {
        var (rule, shadow) = (Collector(RewardMeasure.Click), ShadowCollector(7));
        foreach (var decision in (string[])["d1", "d2"])
        {
            foreach (var slot in (int[])[1, 2])
            {
                var line = Line(decision, slot, click: slot == 1) with { Shadow = 7, ShadowPropensity = 0.9f };
                rule.Add(User(decision), line);
                shadow.Add(User(decision), JoinedReward.Decode((line with { Candidates = null }).Encode()));
            }
        }

        var (expected, actual) = (rule.Finish(s_later), shadow.Finish(s_later));
        Assert.Equal(2, actual.Slates.Length);
        foreach (var (one, other) in expected.Slots.Zip(actual.Slots))
        {
            Assert.Equal(one.TargetProbability, other.TargetProbability, 1e-7);
            Assert.Equal((one.Reward, one.Propensity, 0.0, 0.0), (other.Reward, other.Propensity, other.ModelReward, other.ModelValue));
        }
    }

    [Fact]
    public void Finish_ShadowThatWasNotScored_IsCountedByReason()
    {
        var collector = ShadowCollector(7);
        collector.Add(User("a"), Line("none", 1));
        collector.Add(User("b"), Line("other", 1) with { Shadow = 6, ShadowPropensity = 0.5f });
        collector.Add(User("c"), Line("below", 1) with { Shadow = 7 });
        collector.Add(User("d"), Line("spoiled", 1) with { Shadow = 7, ShadowPropensity = 1.5f });
        collector.Add(User("e"), Line("never", 1) with { Shadow = 7, ShadowPropensity = 0 });
        collector.Add(User("f"), Line("good", 1) with { Shadow = 7, ShadowPropensity = 0.5f });
        var collected = collector.Finish(s_later);
        Assert.Equal((6, 3, 1), (collected.Decisions, collected.WithoutCandidates, collected.WithoutPropensities));
        Assert.Equal([0.0, 0.5], collected.Slots.Select(static s => s.TargetProbability).Order());
    }

    private static SlateCollector ShadowCollector(long number) => new(new SlateCollectorOptions { From = s_start, To = s_later, Shadow = number });

    [Fact]
    public void Finish_LinesOutOfOrder_SlatesComeInTheOrderTheyWereMade()
    {
        var collector = Collector(RewardMeasure.Click);
        collector.Add(User("bea"), Line("late", 1, click: true) with { DecidedAt = s_start.AddHours(2) });
        collector.Add(User("ada"), Line("early", 1) with { DecidedAt = s_start.AddHours(1) });
        collector.Add(User("bea"), Line("later", 1) with { DecidedAt = s_start.AddHours(3) });
        Assert.Equal([1, 0, 0], collector.Finish(s_later).Slates.Select(static s => s.Cluster));
    }

    [Fact]
    public void Decode_LineOfEitherFormat_HasWhatWasWritten()
    {
        var line = Line("d", 1, click: true);
        var back = JoinedReward.Decode(line.Encode());
        Assert.Equal(line with { Candidates = null, User = [], Item = [] }, back with { Candidates = null, User = [], Item = [] });
        Assert.Equal(line.Candidates!.Scores.AsEnumerable(), back.Candidates!.Scores.AsEnumerable());
        Assert.Equal(line.Candidates.Variances.AsEnumerable(), back.Candidates.Variances.AsEnumerable());
        Assert.Equal(1, back.Candidates.Chosen);

        // The first format ended before the two marks that say whether components and candidates follow.
        byte[] first = [1, .. (line with { Candidates = null, Components = null }).Encode()[1..^2]];
        var old = JoinedReward.Decode(first);
        Assert.Equal(("d", 0.25f, null, null), (old.DecisionId, old.Propensity, old.Components, old.Candidates));
    }

    [Theory]
    [InlineData(2, 0.01f, 0.5f)]
    [InlineData(-1, 0.01f, 0.5f)]
    [InlineData(0, -0.01f, 0.5f)]
    [InlineData(0, 0.01f, float.NaN)]
    public void SlotCandidates_ThatCannotBe_AreRefused(int chosen, float variance, float score) =>
        Assert.Throws<ArgumentException>(() => new SlotCandidates([score, 0.25f], [variance, 0], chosen));

    private static SlateCollector Collector(RewardMeasure measure, int maxDecisions = 100) => new(new SlateCollectorOptions
    {
        From = s_start,
        To = s_later,
        Target = new EpsilonGreedy(0.2),
        Measure = measure,
        MaxSlots = 2,
        MaxDecisions = maxDecisions,
    });

    private static UserKey User(string id) => UserKey.Known(id);

    /// <summary>A line of the better of two candidates, which was chosen with 0.25; of ε-greedy with 0.2 it has 0.9.</summary>
    private static JoinedReward Line(string decision, int slot, bool click = false) => new()
    {
        DecisionId = decision,
        DecidedAt = s_start,
        Arm = RankingArm.Engine,
        Experiment = string.Empty,
        Kind = PolicyUpdateKind.Observation,
        ItemId = $"item-{slot}",
        Slot = slot,
        Position = slot,
        Propensity = 0.25f,
        Reward = click ? 1 : 0,
        PolicyVersion = 1,
        FeatureVersion = 1,
        User = [1],
        Item = [1],
        Components = new ComponentValues(click ? 1 : null, null, null, null, null, null),
        Candidates = new SlotCandidates([0.25f, 0.5f], [0.01f, 0.02f], 1),
    };
}
