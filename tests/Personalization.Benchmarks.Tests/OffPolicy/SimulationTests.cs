using Personalization.Benchmarks.OffPolicy;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Tests.OffPolicy;

public sealed class SimulationTests
{
    [Fact]
    public void Decisions_LargeLog_HasTheTruthOfBothPolicies()
    {
        var world = new SimulatedDecisions(3);
        var log = world.Log(4, 200_000);
        AssertMean(world.LoggedTruth, [.. log.Select(static d => d.Reward)]);
        AssertMean(world.Truth, [.. log.Select(static d => d.Weight * d.Reward)]);
        AssertMean(1, [.. log.Select(static d => d.Weight)]);
    }

    [Fact]
    public void Slates_LargeLog_HasTheTruthOfBothPolicies()
    {
        var world = new SimulatedSlates(3);
        var log = world.Log(4, 60_000);
        AssertMean(world.LoggedTruth, [.. log.Select(static s => s.Slots.Sum(static slot => slot.Reward))]);
        AssertMean(world.Truth, [.. log.Select(Weighted)]);
    }

    [Fact]
    public void Log_SameSeed_IsTheSame()
    {
        Assert.Equal(new SimulatedDecisions(1).Log(2, 100), new SimulatedDecisions(1).Log(2, 100));
        Assert.NotEqual(new SimulatedDecisions(1).Log(2, 100), new SimulatedDecisions(1).Log(3, 100));
    }

    [Fact]
    public void Coverage_SomeMiss_IsTheShareThatHold()
    {
        var coverage = new Coverage("x", 10);
        coverage.Add(new ConfidenceInterval(0.5, 0.4, 0.7), 0.45);
        coverage.Add(new ConfidenceInterval(0.5, 0.4, 0.6), 0.45);
        coverage.Add(new ConfidenceInterval(0.5, 0.4, 0.7), 0.8);
        Assert.Equal(2 / 3.0, coverage.Share.Estimate, 1e-12);
        Assert.Equal(0.8 / 3, coverage.Width, 1e-12);
        Assert.Equal((0.05 + 0.05 - 0.3) / 3, coverage.Bias, 1e-12);
        Assert.Equal(Math.Sqrt(((2 * 0.0025) + 0.09) / 3), coverage.Error, 1e-12);
    }

    [Fact]
    public void Coverage_ManyLogs_OfSequenceAndBernsteinIsAtLeastWhatTheySay()
    {
        var all = Coverage.OfDecisions(logs: 60, decisions: 500, seed: 1);
        // Intervals that hold for any number of decisions: of 60 logs three in a hundred thousand times miss ten or more.
        Assert.All(
            all.Where(static c => c.Name.Contains("Bernstein", StringComparison.Ordinal) || c.Name.Contains("sequence", StringComparison.Ordinal)),
            static c => Assert.InRange(c.Share.Estimate, 51 / 60.0, 1));
        Assert.All(all, static c => Assert.Equal(60, c.Logs));
    }

    private static double Weighted(EvaluatedSlate slate)
    {
        var (weight, sum) = (1.0, 0.0);
        foreach (var slot in slate.Slots)
        {
            weight *= slot.Ratio;
            sum += weight * slot.Reward;
        }

        return sum;
    }

    /// <summary>Within five standard errors, which users that come several times make a little larger.</summary>
    private static void AssertMean(double expected, double[] values)
    {
        var mean = values.Average();
        var error = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) / values.Length);
        Assert.InRange(mean, expected - (5 * error), expected + (5 * error));
    }
}
