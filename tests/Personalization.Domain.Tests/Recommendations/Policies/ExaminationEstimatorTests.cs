using CsCheck;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class ExaminationEstimatorTests
{
    private static readonly ExaminationCurve s_prior = ExaminationCurve.Default;

    private static readonly Gen<Observation[]> s_observations =
        (from position in Gen.Int[1, 3]
         from weight in Gen.Double[0, 1]
         from upper in Gen.OneOf(Gen.Const(0.0), Gen.Const(1.0), Gen.Double[0, 50])
         from lower in Gen.OneOf(Gen.Const(0.0), Gen.Const(1.0), Gen.Double[0, 50])
         select new Observation(position, weight, upper, lower)).Array[0, 80];

    public static TheoryData<double[], ulong> Truths => new()
    {
        { [1, 0.5, 0.3333, 0.25], 1 },
        { [1, 0.9, 0.8, 0.7], 2 },
        { [1, 0.3, 0.25, 0.05], 3 },
    };

    /// <summary>Better items stand higher, so that the mere click rates of positions are not the curve; the estimate is.</summary>
    [Theory]
    [MemberData(nameof(Truths))]
    public void Observe_LogsOfAPolicyThatPrefersSomeItems_RecoversTheCurve(double[] truth, ulong seed)
    {
        var estimator = new ExaminationEstimator(s_prior, truth.Length);
        var clicks = Play(estimator, truth, rounds: 60_000, seed);
        var farthest = 0.0;
        for (var k = 1; k < truth.Length; k++)
        {
            Assert.Equal(truth[k], estimator.At(k + 1), 0.04);
            farthest = Math.Max(farthest, Math.Abs((clicks[k] / clicks[0]) - truth[k]) / truth[k]);
        }

        Assert.True(farthest > 0.2, $"Click rates alone are off by {farthest:P0} at most: the log is not confounded.");
    }

    [Fact]
    public void Observe_InAnotherOrder_EndsTheSame() => s_observations.Sample(observations =>
    {
        var (forth, back) = (Observed(observations), Observed([.. observations.Reverse()]));
        for (var position = 1; position <= 4; position++)
        {
            Assert.Equal(forth.At(position), back.At(position), 1e-9);
        }
    });

    [Fact]
    public void Observe_Anything_StaysACurve() => s_observations.Sample(observations =>
    {
        var estimator = Observed(observations);
        Assert.Equal(1, estimator.At(1));
        Assert.All(estimator.Curve.Weights, static b => Assert.InRange(b, (float)ExaminationEstimator.Least, 1));
    });

    [Fact]
    public void At_NoData_IsThePrior()
    {
        var estimator = new ExaminationEstimator(s_prior, 4);
        estimator.Observe(1, 0.5, 0, 0);
        estimator.Observe(2, 0, 7, 1);
        for (var position = 1; position <= 6; position++)
        {
            Assert.Equal(s_prior.At(Math.Min(position, 4)), estimator.At(position), 1e-6);
        }
    }

    [Fact]
    public void Constructor_PriorThatDoesNotStartAtOne_IsDividedByItsFirst()
    {
        var estimator = new ExaminationEstimator(new ExaminationCurve([0.8f, 0.4f]), 2);
        Assert.Equal(1, estimator.At(1));
        Assert.Equal(0.5, estimator.At(2), 1e-6);
    }

    [Theory]
    [InlineData(0, 0.5, 1, 1, "position")]
    [InlineData(4, 0.5, 1, 1, "position")]
    [InlineData(1, 1.1, 1, 1, "weight")]
    [InlineData(1, double.NaN, 1, 1, "weight")]
    [InlineData(1, 0.5, -1, 1, "upper")]
    [InlineData(1, 0.5, 1, double.PositiveInfinity, "lower")]
    public void Observe_OutOfRange_NamesIt(int position, double weight, double upper, double lower, string field)
    {
        var estimator = new ExaminationEstimator(s_prior, 4);
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Observe(position, weight, upper, lower));
        Assert.Equal(field, e.ParamName);
    }

    /// <summary>Shows slates of a policy that believes what is true, and lets them be clicked. Returns clicks by position.</summary>
    private static double[] Play(ExaminationEstimator estimator, double[] truth, int rounds, ulong seed)
    {
        float[] attraction = [0.9f, 0.7f, 0.5f, 0.3f, 0.2f, 0.1f], variances = [0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f];
        var rule = new LinMed(0.3, 0.05);
        var (sampler, propensity, random) = (new SlateSampler(), new SlatePropensity(), new SeededRandom(seed));
        var (slate, propensities) = (new int[truth.Length], new double[truth.Length]);
        var (clicks, totals) = (new double[truth.Length], new double[truth.Length]);
        for (var t = 0; t < rounds; t++)
        {
            sampler.Draw(rule, attraction, variances, 0, default(NoSimilarity), ref random, slate, propensities);
            for (var k = 0; k < truth.Length; k++)
            {
                clicks[k] = random.NextUnit() < truth[k] * attraction[slate[k]] ? 1 : 0;
                totals[k] += clicks[k];
            }

            for (var k = 0; k + 1 < truth.Length; k++)
            {
                var weight = propensity.OverlapWeight(rule, attraction, variances, slate, k);
                estimator.Observe(k + 1, weight, clicks[k], clicks[k + 1]);
            }
        }

        return totals;
    }

    private static ExaminationEstimator Observed(Observation[] observations)
    {
        var estimator = new ExaminationEstimator(s_prior, 4);
        foreach (var o in observations)
        {
            estimator.Observe(o.Position, o.Weight, o.Upper, o.Lower);
        }

        return estimator;
    }

    private sealed record Observation(int Position, double Weight, double Upper, double Lower);
}
