using CsCheck;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Tests.Statistics;

public sealed class StatisticsTests
{
    [Fact]
    public void Spearman_TextbookExample_IsKnown()
    {
        // IQ and hours of television of ten people: ρ = −29/165.
        double[] iq = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110];
        double[] hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17];

        var rho = RankCorrelation.Spearman(iq, hours);

        Assert.Equal(-29.0 / 165, rho.Estimate, 1e-12);
        Assert.InRange(rho.Low, -0.75, -0.7);
        Assert.InRange(rho.High, 0.5, 0.55);
    }

    [Fact]
    public void Ranks_WithTies_ShareTheirMean() => Assert.Equal([2.5, 1, 4, 2.5], RankCorrelation.Ranks([5, 1, 9, 5]));

    [Fact]
    public void Spearman_AnyValues_KeepsToItsRangeAndTurnsWithTheOrder() =>
        Gen.Select(Gen.Int[-100, 100], Gen.Int[0, 4]).Array[2, 40].Sample(static pairs =>
        {
            var x = pairs.Select(static p => p.Item1 / 100.0).ToArray();
            var y = pairs.Select(static p => (double)p.Item2).ToArray();
            var rho = RankCorrelation.Spearman(x, y);
            if (double.IsNaN(rho.Estimate))
            {
                Assert.True(y.Distinct().Count() == 1 || x.Distinct().Count() == 1);
                return;
            }

            Assert.InRange(rho.Estimate, -1, 1);
            Assert.InRange(rho.Estimate, rho.Low, rho.High);
            Assert.Equal(rho.Estimate, RankCorrelation.Spearman(y, x).Estimate, 1e-12);
            Assert.Equal(-rho.Estimate, RankCorrelation.Spearman(x, [.. y.Select(static v => -v)]).Estimate, 1e-12);
            Assert.Equal(rho.Estimate, RankCorrelation.Spearman([.. x.Select(static v => Math.Exp(3 * v))], y).Estimate, 1e-12);
        });

    [Fact]
    public void Spearman_SameOrder_IsOne()
    {
        var rho = RankCorrelation.Spearman([1, 2, 3, 4, 5], [2, 4, 8, 16, 32]);

        Assert.Equal(1, rho.Estimate, 1e-12);
        Assert.True(rho.Contains(1));
    }

    [Fact]
    public void Spearman_TooFewOrUneven_SaysSo()
    {
        Assert.True(double.IsNaN(RankCorrelation.Spearman([1], [2]).Estimate));
        Assert.Equal((-1, 1), (RankCorrelation.Spearman([1, 2, 3], [1, 2, 3]).Low, RankCorrelation.Spearman([1, 2, 3], [1, 2, 3]).High));
        Assert.Throws<ArgumentException>(static () => RankCorrelation.Spearman([1, 2], [1]));
        Assert.Throws<ArgumentException>(static () => RankCorrelation.Ranks([1, double.NaN]));
    }

    [Fact]
    public void Wilson_TextbookExample_IsKnown()
    {
        var interval = Proportion.Wilson(10, 100);

        Assert.Equal(0.1, interval.Estimate);
        Assert.Equal(0.05523, interval.Low, 1e-5);
        Assert.Equal(0.17437, interval.High, 1e-5);
    }

    [Fact]
    public void Wilson_AnyCounts_HoldsTheEstimateWithinZeroAndOne() =>
        Gen.Long[0, 100_000].SelectMany(static n => Gen.Long[0, n].Select(k => (k, n))).Sample(static t =>
        {
            var interval = Proportion.Wilson(t.k, t.n);
            Assert.InRange(interval.Low, 0, interval.High);
            Assert.True(interval.High <= 1);
            Assert.True(t.n == 0 || interval.Contains(interval.Estimate));
        });

    [Fact]
    public void Wilson_NoTrials_KnowsNothing()
    {
        var interval = Proportion.Wilson(0, 0);

        Assert.True(double.IsNaN(interval.Estimate));
        Assert.Equal((0, 1), (interval.Low, interval.High));
    }

    [Fact]
    public void Measure_AtOnce_IsTheConjugatePosterior()
    {
        var filter = new OrnsteinUhlenbeckFilter(0.2, 0.5, timeConstant: 10);
        filter.Measure(3, 1, 0.25);
        filter.Measure(3, 0, 0.5);
        var at = filter.At(3);
        var later = filter.At(8);

        var precision = (1 / 0.5) + (1 / 0.25) + (1 / 0.5);
        Assert.Equal(((0.2 / 0.5) + (1 / 0.25)) / precision, at.Mean, 1e-12);
        Assert.Equal(1 / precision, at.Variance, 1e-12);
        Assert.Equal(0.2 + (Math.Exp(-0.5) * (at.Mean - 0.2)), later.Mean, 1e-12);
        Assert.Equal(0.5 + (Math.Exp(-1) * (at.Variance - 0.5)), later.Variance, 1e-12);
    }

    [Fact]
    public void Measure_AnyMeasurements_StaysBetweenThemAndTheMean() =>
        Gen.Select(Gen.Double[-1, 1], Gen.Select(Gen.Double[0, 3], Gen.Double[-1, 1], Gen.Double[0, 2]).Array[0, 20]).Sample(static (mean, steps) =>
        {
            var filter = new OrnsteinUhlenbeckFilter(mean, 0.3, 1);
            var (low, high, time) = (mean, mean, 0.0);
            foreach (var (gap, value, noise) in steps)
            {
                time += gap;
                filter.Measure(time, value, noise);
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
                Assert.InRange(filter.At(time).Mean, low - 1e-12, high + 1e-12);
                Assert.InRange(filter.At(time).Variance, 0, 0.3 + 1e-12);
            }
        });

    [Fact]
    public void ForwardDecay_AnyOrder_SumsTheSame() =>
        Gen.Int[0, 100_000].Array[1, 30].SelectMany(static t => Gen.Shuffle(t).Select(s => (t, s))).Sample(static t =>
            Assert.Equal(Sum(t.t), Sum(t.s), 1e-9));

    [Fact]
    public void ForwardDecay_OfAMoment_IsTheExponential()
    {
        var decay = new ForwardDecay(TimeSpan.FromSeconds(10));
        Assert.Equal(0, decay.Worth(5));
        decay.Advance(TimeSpan.TicksPerSecond * 100);

        var weight = decay.Weight(TimeSpan.TicksPerSecond * 105);

        Assert.Equal(Math.Exp(-2), weight * decay.Worth(TimeSpan.TicksPerSecond * 125), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ForwardDecay(TimeSpan.Zero));
    }

    /// <summary>The decayed count as of second 100,000 of events at some seconds, by time constants of 100 seconds.</summary>
    private static double Sum(int[] seconds)
    {
        var decay = new ForwardDecay(TimeSpan.FromSeconds(100));
        var sum = 0.0;
        foreach (var second in seconds)
        {
            sum *= decay.Advance(second * TimeSpan.TicksPerSecond);
            sum += decay.Weight(second * TimeSpan.TicksPerSecond);
        }

        return sum * decay.Worth(100_000 * TimeSpan.TicksPerSecond);
    }
}
