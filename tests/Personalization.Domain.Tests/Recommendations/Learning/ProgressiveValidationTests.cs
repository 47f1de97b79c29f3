using CsCheck;
using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Tests.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Learning;

public sealed class ProgressiveValidationTests
{
    [Fact]
    public void Judge_RidgesThatLearnAfterwards_LossIsThatOfRefittingBeforeEveryReward() =>
        SparseLesson.Gen(4).Array[1, 30].Sample(
            lessons =>
            {
                double[] lambdas = [0.5, 4];
                var ridges = lambdas.Select(lambda => new BlockedRidge(4, lambda)).ToArray();
                var validation = new ProgressiveValidation(2);
                var expected = new double[2];
                for (var t = 0; t < lessons.Length; t++)
                {
                    var (lesson, past) = (lessons[t], lessons[..t]);
                    validation.Judge([.. ridges.Select(ridge => ridge.Predict(lesson.X))], lesson.Reward);
                    for (var i = 0; i < 2; i++)
                    {
                        var theta = DenseRidge.Solve(new double[4], lambdas[i], past.Select(l => (l.Dense(4), l.Reward)));
                        var error = lesson.Reward - theta.Zip(lesson.Dense(4), (w, x) => w * x).Sum();
                        expected[i] += error * error / lessons.Length;
                        ridges[i].Learn(lesson.X, lesson.Reward);
                    }
                }

                Assert.Equal(expected[0], validation.Loss(0), 1e-3);
                Assert.Equal(expected[1], validation.Loss(1), 1e-3);

                // Of losses that only rounding tells apart either may be called the better.
                if (Math.Abs(validation.Loss(1) - validation.Loss(0)) > 1e-12)
                {
                    Assert.Equal(validation.Loss(1) < validation.Loss(0) ? 1 : 0, validation.Best);
                }
            },
            iter: 40);

    [Fact]
    public void Judge_WithMemory_FollowsWhoIsBetterNow()
    {
        var validation = new ProgressiveValidation(2, 50);
        for (var t = 0; t < 1000; t++)
        {
            validation.Judge([0, 0.5], 0);
        }

        Assert.Equal(0, validation.Best);
        for (var t = 0; t < 200; t++)
        {
            validation.Judge([0.5, 0], 0);
        }

        Assert.Equal(1, validation.Best);
    }
}
