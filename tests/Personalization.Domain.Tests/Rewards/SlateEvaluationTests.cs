using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards.Evaluation;

namespace Personalization.Domain.Tests.Rewards;

public sealed class SlateEvaluationTests
{
    // Three items in two slots. Of the items left, the lower-numbered one has these chances in the second slot.
    private static readonly double[] s_loggingFirst = [0.5, 0.25, 0.25];
    private static readonly double[] s_loggingLower = [0.25, 0.5, 0.75];
    private static readonly double[] s_targetFirst = [0.1, 0.2, 0.7];
    private static readonly double[] s_targetLower = [0.9, 0.3, 0.6];

    // What an item gets, by what stands above it (3: nothing).
    private static readonly double[,] s_rewards = { { 0, 0.5, 1, 0 }, { 0.25, 0, 0, 1 }, { 0.75, 0.5, 0, 0.25 } };

    /// <summary>Every slate as often as the logging policy makes it: the mean over them is the expectation.</summary>
    [Fact]
    public void Evaluate_EverySlateAsOftenAsItIsLogged_IsTheValueOfTheTarget()
    {
        var log = new List<EvaluatedSlate>();
        var truth = 0.0;
        foreach (var (first, second) in Orders())
        {
            var logged = s_loggingFirst[first] * Second(s_loggingLower, first, second);
            var target = s_targetFirst[first] * Second(s_targetLower, first, second);
            var slate = Slate(first, second, log.Count);
            truth += target * slate.Slots.Sum(static s => s.Reward);
            log.AddRange(Enumerable.Repeat(slate, (int)(16 * logged)));
        }

        Assert.Equal(16, log.Count);
        var report = SlateEvaluation.Evaluate(log, 2, new OffPolicyOptions());
        Assert.Equal(truth, report.Value.Estimate, 1e-12);
        Assert.Equal(1, report.MeanWeight, 1e-12);
        Assert.Equal(truth - report.LoggedValue.Estimate, report.Difference.Estimate, 1e-12);
        Assert.Equal(truth, report.ValueSequence.Estimate, 1e-12);
    }

    [Fact]
    public void Evaluate_RewardsBelowNought_AreScaledForTheSequenceAndBack()
    {
        var random = new SeededRandom(3);
        var log = Enumerable.Range(0, 5000).Select(i => new EvaluatedSlate(
            i, [new(1, random.NextUnit() < 0.5 ? 3 : -1), .. random.NextUnit() < 0.5 ? [new EvaluatedSlot(1, -1)] : Array.Empty<EvaluatedSlot>()])).ToList();
        var report = SlateEvaluation.Evaluate(log, 2, new OffPolicyOptions { MinReward = -1, MaxReward = 3 });
        Assert.Equal(0.5, report.Value.Estimate, 0.1);
        Assert.True(report.Value.Contains(0.5));
        Assert.Equal(report.Value.Estimate, report.ValueSequence.Estimate, 1e-9);
        Assert.True(report.ValueSequence.Contains(0.5));
        Assert.InRange(report.ValueSequence.High - report.ValueSequence.Low, 0.1, 1);
    }

    [Theory]
    [InlineData(0.9, 0.1, OffPolicyVerdict.Better)]
    [InlineData(0.1, 0.9, OffPolicyVerdict.Worse)]
    [InlineData(0.5, 0.5, OffPolicyVerdict.NoDifference)]
    public void Evaluate_ItemsTheTargetPrefers_DecideTheVerdict(double preferred, double other, OffPolicyVerdict verdict)
    {
        var report = SlateEvaluation.Evaluate(Log(3000, preferred, other, 1), 2, new OffPolicyOptions());
        Assert.Empty(report.Refusals);
        Assert.Equal(verdict, report.Verdict);
    }

    [Fact]
    public void Evaluate_TooLittleOrWrong_IsRefused()
    {
        var few = SlateEvaluation.Evaluate(Log(60, 0.5, 0.5, 1), 2, new OffPolicyOptions());
        Assert.Equal([OffPolicyRefusal.EffectiveSizeTooSmall, OffPolicyRefusal.TooFewRewards], few.Refusals);
        Assert.Equal(OffPolicyVerdict.Refused, few.Verdict);
        var wrong = SlateEvaluation.Evaluate(Log(3000, 0.5, 0.5, 1.3), 2, new OffPolicyOptions());
        Assert.Equal([OffPolicyRefusal.PropensitiesDoNotFit], wrong.Refusals);
    }

    [Theory]
    [InlineData(-1, 1, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, double.NaN, 0)]
    [InlineData(0, 1, 1.5)]
    public void Evaluate_SlateOutOfRange_IsNamed(int cluster, double ratio, double reward)
    {
        EvaluatedSlate[] log = [new(0, [new(1, 0)]), new(cluster, [new(ratio, reward)])];
        var refused = Assert.Throws<ArgumentException>(() => SlateEvaluation.Evaluate(log, 1, new OffPolicyOptions()));
        Assert.StartsWith("slates[1]", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Two items alike in a slot of the log; the target takes the first with 0.8, and sees the second slot half the time.</summary>
    private static List<EvaluatedSlate> Log(int count, double preferred, double other, double wrongBy)
    {
        var random = new SeededRandom(11);
        var log = new List<EvaluatedSlate>(count);
        for (var i = 0; i < count; i++)
        {
            var slots = new List<EvaluatedSlot>();
            do
            {
                var first = random.NextUnit() < 0.5;
                var reward = random.NextUnit() < (first ? preferred : other) ? 1 : 0;
                slots.Add(new EvaluatedSlot(wrongBy * (first ? 0.8 : 0.2) / 0.5, reward));
            }
            while (slots.Count < 2 && random.NextUnit() < 0.5);
            log.Add(new EvaluatedSlate(i / 2, [.. slots]));
        }

        return log;
    }

    /// <summary>The slate, down to where the shopper stops: those who got more than half of what there is look no further.</summary>
    private static EvaluatedSlate Slate(int first, int second, int cluster)
    {
        var top = new EvaluatedSlot(s_targetFirst[first] / s_loggingFirst[first], s_rewards[first, 3]);
        var ratio = Second(s_targetLower, first, second) / Second(s_loggingLower, first, second);
        return top.Reward > 0.5 ? new(cluster, [top]) : new(cluster, [top, new(ratio, s_rewards[second, first])]);
    }

    private static double Second(double[] lower, int first, int second) =>
        second == Enumerable.Range(0, 3).First(i => i != first) ? lower[first] : 1 - lower[first];

    private static IEnumerable<(int First, int Second)> Orders() =>
        from first in Enumerable.Range(0, 3) from second in Enumerable.Range(0, 3) where first != second select (first, second);
}
