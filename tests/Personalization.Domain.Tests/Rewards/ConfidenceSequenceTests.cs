using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Tests.Rewards;

public sealed class ConfidenceSequenceTests
{
    private const double Alpha = 0.1;
    private const double Target = 0.05;
    private const double Logging = 0.2;
    private const double Rate = 0.3;
    private const double OtherRate = 0.6;

    private static double Truth => (Target * Rate) + ((1 - Target) * OtherRate);

    /// <summary>Looked at after every single decision, an interval for one moment is left in many runs; a sequence in few.</summary>
    [Fact]
    public void Interval_LookedAtAfterEveryDecision_HoldsTheTruthAtAllTimes()
    {
        const int runs = 300, decisions = 1500;
        int missed = 0, missedForOneMoment = 0;
        for (var run = 0; run < runs; run++)
        {
            var (sequence, moment) = (false, false);
            Run((ulong)run, decisions, (all, oneMoment) =>
            {
                sequence |= !all.Contains(Truth);
                moment |= Math.Abs(oneMoment.Mean - Truth) > 1.645 * oneMoment.Error;
            });
            missed += sequence ? 1 : 0;
            missedForOneMoment += moment ? 1 : 0;
        }

        // Three standard deviations of a binomial above α; the other one misses far more often than it says.
        Assert.InRange(missed, 0, runs * (Alpha + (3 * Math.Sqrt(Alpha * (1 - Alpha) / runs))));
        Assert.InRange(missedForOneMoment, 0.3 * runs, runs);
    }

    [Fact]
    public void Interval_MoreDecisions_NarrowsOnTheTruth()
    {
        var widths = new List<double>();
        Run(7, 20_000, (all, _) => widths.Add(all.High - all.Low));
        Assert.InRange(widths[199], 0.05, 0.6);
        Assert.InRange(widths[^1], 0.001, 0.06);
        Assert.True(widths.Zip(widths.Skip(1)).All(static w => w.Second <= w.First));
    }

    [Fact]
    public void Interval_NothingSeen_IsEverything()
    {
        var interval = new ConfidenceSequence(Alpha).Interval;
        Assert.Equal((0, 1), (interval.Low, interval.High));
    }

    [Theory]
    [InlineData(-0.1, 0)]
    [InlineData(0, double.NaN)]
    [InlineData(double.PositiveInfinity, 0)]
    public void Add_NoWeightedReward_IsRefused(double gained, double missed) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfidenceSequence(Alpha).Add(gained, missed));

    private static void Run(ulong seed, int decisions, Action<ConfidenceInterval, (double Mean, double Error)> look)
    {
        var random = new SeededRandom(seed);
        var sequence = new ConfidenceSequence(Alpha);
        double sum = 0, squares = 0;
        for (var i = 1; i <= decisions; i++)
        {
            var first = random.NextUnit() < Logging;
            var weight = first ? Target / Logging : (1 - Target) / (1 - Logging);
            var reward = random.NextUnit() < (first ? Rate : OtherRate) ? 1 : 0;
            sequence.Add(weight * reward, weight * (1 - reward));
            sum += weight * reward;
            squares += weight * reward * weight * reward;
            var mean = sum / i;
            var enough = i >= 30;
            look(sequence.Interval, (mean, enough ? Math.Sqrt(((squares / i) - (mean * mean)) / i) : double.PositiveInfinity));
        }
    }
}
