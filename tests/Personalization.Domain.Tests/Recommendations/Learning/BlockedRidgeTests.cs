using CsCheck;
using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Learning;

public sealed class BlockedRidgeTests
{
    // More than the pending observations of either capacity, and lengths that are no multiple of any width.
    private static readonly Gen<(int D, double Lambda, SparseLesson[] Lessons)> s_cases =
        from d in Gen.OneOf(Gen.Int[1, 40], Gen.Const(131))
        from lambda in Gen.Double[0.5, 5]
        from lessons in SparseLesson.Gen(d).Array[0, 75]
        select (d, lambda, lessons);

    [Fact]
    public void Learn_AnyObservations_WeightsAreTheClosedForm() => s_cases.Sample(
        c => AssertClose(Closed(c.D, c.Lambda, c.Lessons, l => l.Reward), Learned(c.D, c.Lambda, c.Lessons).Weights, 2e-4),
        iter: 60);

    [Fact]
    public void Learn_AnyObservations_ReturnsTheErrorOfTheClosedFormOfThoseBefore() => s_cases.Sample(
        c =>
        {
            var ridge = new BlockedRidge(c.D, c.Lambda);
            foreach (var lesson in c.Lessons.SkipLast(1))
            {
                ridge.Learn(lesson.X, lesson.Reward);
            }

            if (c.Lessons.Length > 0)
            {
                var last = c.Lessons[^1];
                var before = Closed(c.D, c.Lambda, c.Lessons.SkipLast(1), l => l.Reward);
                var expected = last.Reward - last.Dense(c.D).Zip(before, (x, w) => x * w).Sum();
                Assert.Equal(expected, ridge.Learn(last.X, last.Reward), 1e-3);
            }
        },
        iter: 40);

    [Fact]
    public void Amend_AtAnyLaterTime_EqualsHavingKnownTheRewardAtOnce() => s_cases.Sample(
        c =>
        {
            var ridge = Learned(c.D, c.Lambda, c.Lessons);
            foreach (var lesson in c.Lessons.Reverse())
            {
                ridge.Amend(lesson.X, lesson.Later / 4);
                ridge.Amend(lesson.X, 3 * lesson.Later / 4);
            }

            AssertClose(Closed(c.D, c.Lambda, c.Lessons, l => l.Reward + l.Later), ridge.Weights, 3e-4);
        },
        iter: 60);

    [Fact]
    public void Amend_AfterAnInflation_MovesByTheCovarianceOfToday()
    {
        var x = new SparseLesson([0, 2], [1, 0.5f], 1, 0);
        var ridge = Learned(3, 2, [x, x, x]);
        ridge.Inflate(0.1);
        _ = ridge.Covariance(0, 0);
        var before = ridge.Predict(x.X);
        ridge.Amend(x.X, 0.7);
        Assert.Equal(before + (0.7 * ridge.Variance(x.X)), ridge.Predict(x.X), 1e-5);
    }

    [Fact]
    public void Variance_AnyObservations_IsTheQuadraticFormOfTheInverse() => s_cases.Sample(
        c =>
        {
            var ridge = Learned(c.D, c.Lambda, c.Lessons);
            var x = new SparseLesson([0], [1], 0, 0);

            // P·e₀ solves the normal equations of an observation-free target λθ₀ = e₀.
            var prior = new double[c.D];
            prior[0] = 1 / c.Lambda;
            var column = DenseRidge.Solve(prior, c.Lambda, c.Lessons.Select(l => (l.Dense(c.D), 0.0)));
            Assert.Equal(column[0], ridge.Variance(x.X), 1e-4);
        },
        iter: 40);

    [Fact]
    public void Learn_AnyObservations_CovarianceStaysSymmetricBitForBit() => s_cases.Sample(
        c =>
        {
            var ridge = Learned(c.D, c.Lambda, c.Lessons);
            for (var i = 0; i < c.D; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    Assert.Equal(ridge.Covariance(i, j), ridge.Covariance(j, i));
                }
            }
        },
        iter: 20);

    [Fact]
    public void Learn_AHundredThousandInFloat32_StaysNearTheClosedForm()
    {
        const int d = 24;
        var random = new SeededRandom(3);
        var ridge = new BlockedRidge(d, 1);
        var seen = new List<SparseLesson>();
        for (var t = 0; t < 100_000; t++)
        {
            var lesson = new SparseLesson(
                [0, 1 + random.NextIndex(11), 12 + random.NextIndex(12)], [1, (float)random.NextUnit(), 1], Math.Round(random.NextUnit()), 0);
            ridge.Learn(lesson.X, lesson.Reward);
            seen.Add(lesson);
        }

        AssertClose(Closed(d, 1, seen, l => l.Reward), ridge.Weights, 2e-3);
        Assert.Equal(0, ridge.Repairs);
    }

    [Fact]
    public void Inflate_ManyTimes_RaisesVarianceButNeverAboveThePrior()
    {
        var ridge = new BlockedRidge(4, 4);
        var x = new SparseLesson([0, 1], [1, 1], 1, 0);
        ridge.Learn(x.X, 1);
        var before = ridge.Covariance(0, 0);
        for (var i = 0; i < 1000; i++)
        {
            ridge.Inflate(0.001);
        }

        Assert.InRange(ridge.Covariance(0, 0), before + 1e-6f, 0.25f);
        Assert.Equal(0.25f, ridge.Covariance(3, 3));
    }

    [Fact]
    public void Mend_CovarianceThatRoundingMadeIndefinite_RaisesIt()
    {
        float[] covariance = [1, 1.001f, 0, 1.001f, 1, 0, 0, 0, 1];
        Assert.Equal(1, CovarianceCheck.Mend(covariance, 3, 3, 1));
        Assert.Equal(0, CovarianceCheck.Mend(covariance, 3, 3, 1));
        Assert.True((covariance[0] * covariance[4]) - (covariance[1] * covariance[3]) > 0);
    }

    [Fact]
    public void Learn_IndexOutOfRange_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockedRidge(3, 1).Learn(new SparseFeatures([3], [1]), 1));

    private static BlockedRidge Learned(int d, double lambda, IEnumerable<SparseLesson> lessons)
    {
        var ridge = new BlockedRidge(d, lambda);
        foreach (var lesson in lessons)
        {
            ridge.Learn(lesson.X, lesson.Reward);
        }

        return ridge;
    }

    private static double[] Closed(int d, double lambda, IEnumerable<SparseLesson> lessons, Func<SparseLesson, double> reward) =>
        DenseRidge.Solve(new double[d], lambda, lessons.Select(l => (l.Dense(d), reward(l))));

    private static void AssertClose(double[] expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
