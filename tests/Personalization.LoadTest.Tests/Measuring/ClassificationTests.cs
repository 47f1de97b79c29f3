using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Tests.Measuring;

public sealed class ClassificationTests
{
    [Fact]
    public void Figures_SmallTable_AreThoseByHand()
    {
        var judged = new Classification(3);
        judged.Add(0, [0.8f, 0.1f, 0.1f]);
        judged.Add(0, [0.2f, 0.7f, 0.1f]);
        judged.Add(1, [0.1f, 0.9f, 0.0f]);
        judged.Add(2, [0.3f, 0.3f, 0.4f]);

        Assert.Equal(0.75, judged.Accuracy, 12);
        Assert.Equal([2.0 / 3, 2.0 / 3, 1.0], Enumerable.Range(0, 3).Select(judged.F1).Select(static f => Math.Round(f, 12)), Close);
        Assert.Equal(7.0 / 9, judged.MacroF1, 12);
        Assert.Equal([2L, 1, 1], Enumerable.Range(0, 3).Select(judged.Support));
        Assert.Equal([1.0, 0.5, 1.0], Enumerable.Range(0, 3).Select(judged.Precision), Close);
        Assert.Equal([0.5, 1.0, 1.0], Enumerable.Range(0, 3).Select(judged.Recall), Close);
    }

    [Fact]
    public void Add_PredictedByAThreshold_CountsThatAndItsProbability()
    {
        var judged = new Classification(2);
        judged.Add(1, predicted: 1, probability: 0.4f);
        judged.Add(0, predicted: 1, probability: 0.4f);

        Assert.Equal((0.5, 1.0, 0.0), (judged.Precision(1), judged.Recall(1), judged.Recall(0)));
        Assert.Equal(0.1, judged.CalibrationError, 6);
    }

    [Fact]
    public void CalibrationError_SureAndRightHalfTheTime_IsHalf()
    {
        var judged = new Classification(2);
        for (var i = 0; i < 100; i++)
        {
            judged.Add(i % 2, [1, 0]);
        }

        Assert.Equal(0.5, judged.CalibrationError, 12);
        Assert.Equal((1.0, 0.5, 100L), Assert.Single(judged.Reliability()));
    }

    [Fact]
    public void CalibrationError_RightAsOftenAsSaid_IsNothing()
    {
        var judged = new Classification(2);
        for (var i = 0; i < 100; i++)
        {
            judged.Add(i < 70 ? 0 : 1, [0.7f, 0.3f]);
        }

        Assert.Equal(0, judged.CalibrationError, 6);
    }

    [Fact]
    public void F1_NeverThereAndNeverSaid_IsNothing()
    {
        var judged = new Classification(3);
        judged.Add(0, [1, 0, 0]);

        Assert.Equal(0, judged.F1(2));
    }

    [Fact]
    public void Labels_SmallTable_AreThoseByHand()
    {
        var judged = new LabelScores(3);
        judged.Add(new HashSet<int> { 0, 1 }, [0.9f, 0.2f, 0.6f], [0.5f, 0.5f, 0.5f]);
        judged.Add(new HashSet<int> { 1 }, [0.1f, 0.8f, 0.1f], [0.5f, 0.5f, 0.5f]);

        Assert.Equal([1.0, 2.0 / 3, 0.0], Enumerable.Range(0, 3).Select(judged.F1), Close);
        Assert.Equal((1 + (2.0 / 3)) / 3, judged.MacroF1, 12);
        Assert.Equal(2.0 * 2 / (3 + 3), judged.MicroF1, 12);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-9;
}
