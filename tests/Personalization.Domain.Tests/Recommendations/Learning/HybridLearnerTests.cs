using CsCheck;
using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Learning;

public sealed class HybridLearnerTests
{
    private const double Scale = 0.5;
    private const double ItemLambda = 5;

    private static readonly HybridLearnerOptions s_options = new() { ItemLambdas = [ItemLambda], FeatureScale = Scale, Drift = 0 };

    private static readonly float[][] s_items = [[1, 0.5f], [1, -1], [1, 0.25f]];

    private static readonly Gen<Seen[]> s_lessons =
        (from item in Gen.Int[0, 1]
         from user in Gen.Float[-1, 1].Array[2]
         from reward in Gen.OneOf(Gen.Const(0.0), Gen.Const(1.0))
         from later in Gen.OneOf(Gen.Const(0.0), Gen.Const(0.0), Gen.Const(1.5))
         select new Seen(item, [1, .. user], reward, later)).Array[1, 60];

    [Fact]
    public void Score_AnyLessons_IsTheBatchRidgeAndTheItemsRidgeOnItsResiduals() => s_lessons.Sample(lessons =>
    {
        var learner = Learned(lessons, later: false);
        float[] user = [1, 0.3f, -0.6f];
        var theta = Theta(lessons, l => l.Reward);
        for (var item = 0; item < s_items.Length; item++)
        {
            var own = DenseRidge.Solve(new double[3], ItemLambda, lessons.Where(l => l.Item == item).Select(
                l => (Scaled(l.User), l.Reward - Dot(theta, Cross(l.User, s_items[item])))));
            Assert.Equal(Dot(theta, Cross(user, s_items[item])) + Dot(own, Scaled(user)), Estimate(learner, item, user).Mean, 2e-4);
        }
    });

    [Fact]
    public void Score_AnyLessons_VarianceIsTheQuadraticFormOfTheItemsInverse() => s_lessons.Sample(lessons =>
    {
        var learner = Learned(lessons, later: false);
        double[] bias = [1 / ItemLambda, 0, 0];
        for (var item = 0; item < s_items.Length; item++)
        {
            var column = DenseRidge.Solve(bias, ItemLambda, lessons.Where(l => l.Item == item).Select(l => (Scaled(l.User), 0.0)));
            Assert.Equal(column[0], Estimate(learner, item, [1, 0, 0]).Variance, 1e-5);
        }
    });

    [Fact]
    public void Amend_AfterAllLessons_EqualsHavingKnownTheRewardsAtOnce() => s_lessons.Sample(lessons =>
    {
        var amended = Learned(lessons, later: true);
        var atOnce = Learned([.. lessons.Select(l => l with { Reward = l.Reward + l.Later })], later: false);
        AssertSame(atOnce, amended);
    });

    [Fact]
    public void Learn_InAnotherOrder_EndsTheSame() => s_lessons.Sample(lessons =>
        AssertSame(Learned(lessons, later: false), Learned([.. lessons.Reverse()], later: false)));

    [Fact]
    public void Score_ItemNeverSeen_HasTheSharedPartAndThePriorsVariance()
    {
        var learner = Learned([new Seen(0, [1, 0, 0], 1, 0)], later: false);
        var unseen = Estimate(learner, 2, [1, 0.5f, 0]);
        Assert.Equal(Dot(learner.Model.Shared.Weights.ToArray(), Cross([1, 0.5f, 0], s_items[2])), unseen.Mean, 1e-6);
        Assert.Equal((1 + (0.25 * Scale * Scale)) / ItemLambda, unseen.Variance, 1e-6);
        Assert.True(Estimate(learner, 0, [1, 0.5f, 0]).Variance < unseen.Variance);
    }

    [Fact]
    public void Learn_TasteTurnsRound_AlarmRingsSoonAndNewTasteIsLearned()
    {
        var learner = new HybridLearner(1, 2, new HybridLearnerOptions());
        var random = new SeededRandom(1);
        learner.Add(new SparseFeatures([0, 1], [1, 1]));
        learner.Add(new SparseFeatures([0, 1], [1, -1]));
        var before = Play(learner, ref random, 6000, [0.8, 0.1]);
        Assert.Equal(0, learner.Alarms);
        Assert.True(before > 0.7);

        Play(learner, ref random, 300, [0.1, 0.8]);
        Assert.Equal(1, learner.Alarms);
        Assert.True(Play(learner, ref random, 3000, [0.1, 0.8]) > 0.7);
        Assert.Equal(1, learner.Alarms);
        Assert.False(learner.OnTrial);
    }

    [Fact]
    public void Amend_LessonFromBeforeTheNewModel_LeavesTheNewModelAlone()
    {
        var learner = new HybridLearner(1, 1, new HybridLearnerOptions { Alarm = new ShiftAlarmOptions { Fast = 10, Slow = 100, Threshold = 3 } });
        learner.Add(new SparseFeatures([0], [1]));
        for (var t = 0; t < 400; t++)
        {
            learner.Learn(0, new SparseFeatures([0], [1]), t % 10 == 0 ? 1 : 0);
        }

        for (var t = 0; !learner.OnTrial || t < 50; t++)
        {
            learner.Learn(0, new SparseFeatures([0], [1]), 1);
        }

        var before = Estimate(learner, 0, [1]).Mean;
        Assert.True(before > 0.7);
        learner.Amend(1, 0, new SparseFeatures([0], [1]), -100);
        Assert.Equal(before, Estimate(learner, 0, [1]).Mean);
    }

    [Fact]
    public void ScoreAndLearn_ItemSeenBefore_AllocateNothing()
    {
        var learner = Learned([new Seen(0, [1, 0.5f, 0], 1, 0), new Seen(1, [1, 0.5f, 0], 0, 0)], later: false);
        int[] items = [0, 1], indices = [0, 1, 2];
        float[] user = [1, 0.2f, -0.3f], means = new float[2], variances = new float[2];
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 0; t < 100; t++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            var u = new SparseFeatures(indices, user);
            learner.Score(u, items, means, variances);
            var lesson = learner.Learn(0, u, 1);
            learner.Amend(lesson.Number, 0, u, -1);
        }
    }

    [Theory]
    [InlineData(0, 10, "SharedLambda")]
    [InlineData(1, -1, "ItemLambdas")]
    [InlineData(1, double.NaN, "ItemLambdas")]
    public void Constructor_OptionOutOfRange_NamesIt(double shared, double item, string field)
    {
        var e = Assert.Throws<ArgumentException>(
            () => new HybridLearner(3, 2, new HybridLearnerOptions { SharedLambda = shared, ItemLambdas = [item] }));
        Assert.Contains(field, e.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", e.Message, StringComparison.Ordinal);
    }

    private static double Play(HybridLearner learner, ref SeededRandom random, int rounds, double[] rates)
    {
        var rule = new LinMed(0.05);
        var (means, variances, probabilities) = (new float[2], new float[2], new double[2]);
        var clicks = 0;
        for (var t = 0; t < rounds; t++)
        {
            learner.Score(new SparseFeatures([0], [1]), [0, 1], means, variances);
            rule.Fill(means, variances, probabilities);
            var item = random.NextUnit() < probabilities[0] ? 0 : 1;
            var reward = random.NextUnit() < rates[item] ? 1 : 0;
            clicks += reward;
            learner.Learn(item, new SparseFeatures([0], [1]), reward);
        }

        return (double)clicks / rounds;
    }

    private static HybridLearner Learned(Seen[] lessons, bool later)
    {
        var learner = new HybridLearner(3, 2, s_options);
        foreach (var item in s_items)
        {
            learner.Add(new SparseFeatures([0, 1], item));
        }

        var numbers = lessons.Select(l => learner.Learn(l.Item, new SparseFeatures([0, 1, 2], l.User), l.Reward).Number).ToArray();
        for (var i = 0; i < lessons.Length && later; i++)
        {
            learner.Amend(numbers[i], lessons[i].Item, new SparseFeatures([0, 1, 2], lessons[i].User), lessons[i].Later);
        }

        return learner;
    }

    private static void AssertSame(HybridLearner expected, HybridLearner actual)
    {
        for (var item = 0; item < s_items.Length; item++)
        {
            var (a, b) = (Estimate(expected, item, [1, 0.5f, 0.5f]), Estimate(actual, item, [1, 0.5f, 0.5f]));
            Assert.Equal(a.Mean, b.Mean, 2e-4);
            Assert.Equal(a.Variance, b.Variance, 1e-5);
        }
    }

    private static (double Mean, double Variance) Estimate(HybridLearner learner, int item, float[] user)
    {
        var (means, variances) = (new float[1], new float[1]);
        learner.Score(new SparseFeatures([.. Enumerable.Range(0, user.Length)], user), [item], means, variances);
        return (means[0], variances[0]);
    }

    private static double[] Theta(Seen[] lessons, Func<Seen, double> reward) =>
        DenseRidge.Solve(new double[6], s_options.SharedLambda, lessons.Select(l => (Cross(l.User, s_items[l.Item]), reward(l))));

    // Item-major, as the learner lays them out.
    private static double[] Cross(float[] user, float[] item) =>
        [.. Scaled(item).SelectMany(z => Scaled(user).Select(u => u * z))];

    private static double[] Scaled(float[] features) => [.. features.Select((f, i) => i == 0 ? f : f * Scale)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, static (x, y) => x * y).Sum();

    private sealed record Seen(int Item, float[] User, double Reward, double Later);
}
