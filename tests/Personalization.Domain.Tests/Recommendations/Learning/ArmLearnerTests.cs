using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Learning;

public sealed class ArmLearnerTests
{
    private static readonly ArmLearnerOptions s_options = new() { PlainLambdas = [1], ProductLambdas = [] };

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    public void Score_AnyLessons_IsTheBatchRidgeOfTheArmAlone(int count)
    {
        var learner = new ArmLearner(2, 2, s_options);
        var lessons = Rows(count).Select((row, i) => (Row: row, Arm: i % 2, Reward: (double)row[0] * (1 + (i % 2)))).ToArray();
        foreach (var (row, arm, reward) in lessons)
        {
            Score(learner, row);
            learner.Learn(arm, row, reward);
        }

        var features = new RowFeatures(2, 0, s_options.SquaredLength);
        features.Fit([.. lessons.Take(count < ArmModel.WarmUp ? 16 : ArmModel.WarmUp).Select(l => l.Row)]);
        float[] asked = [0.3f, 0.9f];
        var (means, _) = Score(learner, asked);
        for (var arm = 0; arm < 2; arm++)
        {
            var theta = DenseRidge.Solve(
                new double[3], 1, lessons.Where(l => l.Arm == arm).Select(l => (Dense(features, l.Row), l.Reward)));
            Assert.Equal(theta.Zip(Dense(features, asked), (w, x) => w * x).Sum(), means[arm], 2e-3);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public void Amend_AfterAllLessons_EqualsHavingKnownTheRewardsAtOnce(int count)
    {
        var (amended, atOnce) = (new ArmLearner(1, 2, s_options), new ArmLearner(1, 2, s_options));
        var rows = Rows(count);
        foreach (var row in rows)
        {
            amended.Learn(0, row, 0.25);
            atOnce.Learn(0, row, 0.25 + row[1]);
        }

        for (var i = 0; i < count; i++)
        {
            amended.Amend(i + 1, 0, rows[i], rows[i][1]);
        }

        // The 16th lesson lets everything be learned again in a new scale, amendments included.
        for (var i = 0; i < 6; i++)
        {
            amended.Learn(0, rows[i], 1);
            atOnce.Learn(0, rows[i], 1);
        }

        Assert.Equal(Score(atOnce, [0.4f, 0.6f]).Means[0], Score(amended, [0.4f, 0.6f]).Means[0], 1e-3);
    }

    [Fact]
    public void Score_FeaturesInOtherUnits_EstimatesTheSame()
    {
        var (small, large) = (new ArmLearner(1, 2, s_options), new ArmLearner(1, 2, s_options));
        foreach (var row in Rows(200).Append([1f, 1f]))
        {
            small.Learn(0, [row[0] * 100, row[1] * 5], row[0]);
            large.Learn(0, [row[0] * 1000, row[1] * 50], row[0]);
        }

        Assert.Equal(Score(small, [30, 4]).Means[0], Score(large, [300, 40]).Means[0], 1e-3);
    }

    [Fact]
    public void Learn_RewardOfAProduct_ChoosesProducts()
    {
        var learner = new ArmLearner(1, 2, new ArmLearnerOptions());
        foreach (var row in Rows(1500))
        {
            learner.Learn(0, row, (row[0] > 0.5f) == (row[1] > 0.5f) ? 1 : 0);
        }

        Assert.Contains("products", learner.Representation, StringComparison.Ordinal);
    }

    [Fact]
    public void Learn_RewardOfAFeature_DoesWithoutProducts()
    {
        var learner = new ArmLearner(1, 12, new ArmLearnerOptions());
        var random = new SeededRandom(5);
        for (var t = 0; t < 1500; t++)
        {
            var row = new float[12];
            foreach (ref var value in row.AsSpan())
            {
                value = (float)random.NextUnit();
            }

            learner.Learn(0, row, random.NextUnit() < row[0] ? 1 : 0);
        }

        Assert.DoesNotContain("products", learner.Representation, StringComparison.Ordinal);
    }

    private static float[][] Rows(int count)
    {
        var random = new SeededRandom(2);
        var rows = new float[count][];
        for (var i = 0; i < count; i++)
        {
            rows[i] = [(float)random.NextUnit(), (float)random.NextUnit()];
        }

        return rows;
    }

    private static double[] Dense(RowFeatures features, float[] row)
    {
        var dense = new float[features.Length];
        features.Of(row).CopyTo(dense);
        return [.. dense.Select(v => (double)v)];
    }

    private static (float[] Means, float[] Variances) Score(ArmLearner learner, float[] row)
    {
        var (means, variances) = (new float[learner.Arms], new float[learner.Arms]);
        learner.Score(row, means, variances);
        return (means, variances);
    }
}
