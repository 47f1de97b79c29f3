using CsCheck;
using Personalization.Benchmarks.Bandits;

namespace Personalization.Benchmarks.Tests.Bandits;

public sealed class ScoreTests
{
    [Fact]
    public void Curve_AnyCosts_IsTheMeanSoFarAtEachCheckpoint() => Gen.Int[0, 1].Array[1, 400].Sample(costs =>
    {
        var score = new Score(costs.Length);
        foreach (var cost in costs)
        {
            score.Add(cost, alarm: false);
        }

        for (var c = 0; c < Score.Checkpoints; c++)
        {
            Assert.Equal(costs.Take(Score.CheckpointRound(c, costs.Length)).Average(), score.Curve[c], 1e-12);
        }

        Assert.Equal(score.MeanCost, score.Curve[^1], 1e-12);
        Assert.Equal(costs.Average(), score.MeanCost, 1e-12);
    });

    [Fact]
    public void Alarms_Rung_AreTheRoundsFromOne()
    {
        var score = new Score(3);
        score.Add(0, alarm: false);
        score.Add(1, alarm: true);
        Assert.Equal([2], score.Alarms);
    }
}
