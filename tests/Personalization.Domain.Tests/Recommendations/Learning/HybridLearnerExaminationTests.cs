using CsCheck;
using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Tests.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Learning;

/// <summary>Rewards of items that were looked at with probability b only.</summary>
public sealed class HybridLearnerExaminationTests
{
    private const double ItemLambda = 5;

    private static readonly HybridLearnerOptions s_options = new() { ItemLambdas = [ItemLambda], FeatureScale = 1, Drift = 0 };
    private static readonly float[][] s_items = [[1, 0.5f], [1, -1]];

    private static readonly Gen<Seen[]> s_lessons =
        (from item in Gen.Int[0, 1]
         from user in Gen.Float[-1, 1]
         from examination in Gen.Double[0.1, 1]
         from reward in Gen.OneOf(Gen.Const(0.0), Gen.Const(1.0))
         from later in Gen.OneOf(Gen.Const(0.0), Gen.Const(1.5))
         select new Seen(item, [1, user], examination, reward, later)).Array[1, 60];

    /// <summary>The weighted ridge by its normal equations: weight b², target r/b.</summary>
    [Fact]
    public void Learn_WithExamination_IsTheRidgeOfWeightSquaredAndTargetDivided() => s_lessons.Sample(lessons =>
    {
        var learner = Learned(lessons, later: false);
        var theta = DenseRidge.Solve(new double[4], s_options.SharedLambda, lessons.Select(
            l => Weighted(Cross(l.User, s_items[l.Item]), l.Reward / l.Examination, l.Examination * l.Examination)));
        float[] user = [1, 0.3f];
        for (var item = 0; item < s_items.Length; item++)
        {
            var own = DenseRidge.Solve(new double[2], ItemLambda, lessons.Where(l => l.Item == item).Select(l => Weighted(
                [.. l.User.Select(static u => (double)u)],
                (l.Reward / l.Examination) - Dot(theta, Cross(l.User, s_items[item])),
                l.Examination * l.Examination)));
            var expected = Dot(theta, Cross(user, s_items[item])) + own[0] + (own[1] * user[1]);
            Assert.Equal(expected, Estimate(learner, item, user).Mean, 2e-4);
        }
    });

    [Fact]
    public void Learn_WithExamination_VarianceShrinksByItsSquare()
    {
        var learner = Learned([new Seen(0, [1, 0], 0.5, 1, 0)], later: false);
        Assert.Equal(1 / (ItemLambda + 0.25), Estimate(learner, 0, [1, 0]).Variance, 1e-6);
    }

    [Fact]
    public void Amend_WithExamination_EqualsHavingKnownTheRewardsAtOnce() => s_lessons.Sample(lessons =>
    {
        var amended = Learned(lessons, later: true);
        var atOnce = Learned([.. lessons.Select(l => l with { Reward = l.Reward + l.Later })], later: false);
        for (var item = 0; item < s_items.Length; item++)
        {
            Assert.Equal(Estimate(atOnce, item, [1, 0.5f]).Mean, Estimate(amended, item, [1, 0.5f]).Mean, 2e-4);
        }
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Learn_ExaminationOutOfRange_Throws(double examination)
    {
        var learner = Learned([], later: false);
        Assert.Throws<ArgumentOutOfRangeException>(() => learner.Learn(0, new SparseFeatures([0], [1]), 1, examination));
    }

    private static HybridLearner Learned(Seen[] lessons, bool later)
    {
        var learner = new HybridLearner(2, 2, s_options);
        foreach (var item in s_items)
        {
            learner.Add(new SparseFeatures([0, 1], item));
        }

        var numbers = lessons
            .Select(l => learner.Learn(l.Item, new SparseFeatures([0, 1], l.User), l.Reward, l.Examination).Number)
            .ToArray();
        for (var i = 0; i < lessons.Length && later; i++)
        {
            var l = lessons[i];
            learner.Amend(numbers[i], l.Item, new SparseFeatures([0, 1], l.User), l.Later, l.Examination);
        }

        return learner;
    }

    private static (double Mean, double Variance) Estimate(HybridLearner learner, int item, float[] user)
    {
        var (means, variances) = (new float[1], new float[1]);
        learner.Score(new SparseFeatures([0, 1], user), [item], means, variances);
        return (means[0], variances[0]);
    }

    private static (double[] X, double Reward) Weighted(double[] x, double target, double weight) =>
        ([.. x.Select(v => v * Math.Sqrt(weight))], target * Math.Sqrt(weight));

    // Item-major, as the learner lays them out.
    private static double[] Cross(float[] user, float[] item) => [.. item.SelectMany(z => user.Select(u => (double)u * z))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, static (x, y) => x * y).Sum();

    private sealed record Seen(int Item, float[] User, double Examination, double Reward, double Later);
}
