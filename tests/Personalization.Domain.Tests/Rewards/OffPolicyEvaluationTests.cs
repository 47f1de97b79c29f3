using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards.Evaluation;

namespace Personalization.Domain.Tests.Rewards;

public sealed class OffPolicyEvaluationTests
{
    // Two kinds of shoppers, three actions: rates, the policy that logs, the policy that is evaluated.
    private static readonly double[][] s_rates = [[0.5, 0.2, 0.1], [0.1, 0.3, 0.6]];
    private static readonly double[][] s_logging = [[0.2, 0.3, 0.5], [0.5, 0.3, 0.2]];
    private static readonly double[][] s_target = [[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]];

    private static double Truth => 0.5 * (Value(0) + Value(1));

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Evaluate_ManyLogs_EstimatorsAreRightOnAverage(double modelError)
    {
        const int logs = 300;
        double ips = 0, snips = 0, robust = 0, switched = 0;
        for (var log = 0; log < logs; log++)
        {
            var report = OffPolicyEvaluation.Evaluate(Log(log, 500, modelError), new OffPolicyOptions { Resamples = 100 });
            ips += report.Ips.Estimate / logs;
            snips += report.Snips.Estimate / logs;
            robust += report.DoublyRobust.Estimate / logs;
            switched += report.SwitchDoublyRobust.Estimate / logs;
        }

        // Four standard errors of the mean of 300 logs of 500 decisions.
        Assert.Equal(Truth, ips, 0.012);
        Assert.Equal(Truth, snips, 0.012);
        Assert.Equal(Truth, robust, 0.012);
        Assert.Equal(Truth, switched, 0.012);
    }

    [Fact]
    public void Evaluate_ManyLogs_IntervalsContainTheTruthAsOftenAsTheySay()
    {
        int bootstrap = 0, bernstein = 0;
        const int logs = 200;
        for (var log = 0; log < logs; log++)
        {
            var report = OffPolicyEvaluation.Evaluate(Log(1000 + log, 600, 0), new OffPolicyOptions { Resamples = 300 });
            bootstrap += report.Snips.Contains(Truth) ? 1 : 0;
            bernstein += report.IpsBernstein.Contains(Truth) ? 1 : 0;
        }

        Assert.InRange(bootstrap, 0.88 * logs, 0.99 * logs);
        Assert.True(bernstein >= 0.97 * logs);
    }

    [Fact]
    public void Evaluate_LogOfThePolicyItself_GivesWhatItGot()
    {
        var log = Log(1, 400, 0);
        var own = log.Select(d => d with { TargetProbability = d.Propensity, ModelReward = 0, ModelValue = 0 }).ToArray();
        var report = OffPolicyEvaluation.Evaluate(own, new OffPolicyOptions());
        Assert.Equal(report.LoggedValue, report.Ips.Estimate, 1e-12);
        Assert.Equal(report.LoggedValue, report.Snips.Estimate, 1e-12);
        Assert.Equal(400, report.EffectiveSize, 1e-9);
        Assert.Equal(1, report.MeanWeight, 1e-12);
        Assert.Equal(1, report.MaxWeight, 1e-12);
    }

    [Fact]
    public void Evaluate_DecisionsOfAUserRepeat_IntervalIsThatOfTheUsers()
    {
        var once = Log(5, 300, 0);
        var tenTimes = once.SelectMany(d => Enumerable.Repeat(d, 10)).ToArray();
        var (single, repeated) = (Width(once), Width(tenTimes));
        Assert.Equal(single, repeated, 1e-9);

        static double Width(EvaluatedDecision[] log) =>
            OffPolicyEvaluation.Evaluate(log, new OffPolicyOptions()).Snips is var i ? i.High - i.Low : 0;
    }

    [Fact]
    public void Evaluate_LargeWeightsAboveTau_AreLeftToTheModel()
    {
        EvaluatedDecision[] log = [new(0, 1, 0.01, 0.5, 0.25, 0.25), new(1, 0, 0.5, 0.5, 0.25, 0.25)];
        var report = OffPolicyEvaluation.Evaluate(log, new OffPolicyOptions { SwitchAbove = 10 });
        Assert.Equal((0.25 + 0.25 - 0.25) / 2, report.SwitchDoublyRobust.Estimate, 1e-12);
        Assert.Equal(50, report.MaxWeight, 1e-12);
    }

    [Fact]
    public void Evaluate_TooLittleToGoBy_RefusesAVerdictAndSaysWhy()
    {
        var few = OffPolicyEvaluation.Evaluate(Log(1, 150, 0), new OffPolicyOptions());
        Assert.False(few.HasVerdict);
        Assert.Contains(OffPolicyRefusal.EffectiveSizeTooSmall, few.Refusals);
        Assert.Contains(OffPolicyRefusal.TooFewRewards, few.Refusals);
        Assert.True(OffPolicyEvaluation.Evaluate(Log(1, 5000, 0), new OffPolicyOptions()).HasVerdict);
    }

    [Fact]
    public void Evaluate_WrongPropensities_AreNoticed()
    {
        var wrong = Log(1, 5000, 0).Select(d => d with { Propensity = Math.Min(1, d.Propensity * 1.5) }).ToArray();
        Assert.Contains(OffPolicyRefusal.PropensitiesDoNotFit, OffPolicyEvaluation.Evaluate(wrong, new OffPolicyOptions()).Refusals);
    }

    [Theory]
    [InlineData(0, 0.5, "Propensity")]
    [InlineData(0.5, 1.5, "TargetProbability")]
    public void Evaluate_DecisionOutOfRange_NamesIt(double propensity, double target, string field)
    {
        EvaluatedDecision[] log = [new(0, 0, 0.5, 0.5), new(0, 0, propensity, target)];
        var e = Assert.Throws<ArgumentException>(() => OffPolicyEvaluation.Evaluate(log, new OffPolicyOptions()));
        Assert.Contains($"decisions[1].{field}", e.Message, StringComparison.Ordinal);
    }

    private static EvaluatedDecision[] Log(int seed, int count, double modelError)
    {
        var random = new SeededRandom((ulong)seed);
        var log = new EvaluatedDecision[count];
        for (var i = 0; i < count; i++)
        {
            var kind = random.NextIndex(2);
            var draw = random.NextUnit();
            var action = draw < s_logging[kind][0] ? 0 : draw < s_logging[kind][0] + s_logging[kind][1] ? 1 : 2;
            var reward = random.NextUnit() < s_rates[kind][action] ? 1 : 0;
            var model = s_rates[kind].Select(r => r + modelError).ToArray();
            var value = model.Zip(s_target[kind], (q, p) => q * p).Sum();
            log[i] = new(i, reward, s_logging[kind][action], s_target[kind][action], model[action], value);
        }

        return log;
    }

    private static double Value(int kind) => s_rates[kind].Zip(s_target[kind], (r, p) => r * p).Sum();
}
