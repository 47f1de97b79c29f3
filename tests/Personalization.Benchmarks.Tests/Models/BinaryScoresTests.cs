using Personalization.Benchmarks.Models;

namespace Personalization.Benchmarks.Tests.Models;

public sealed class BinaryScoresTests
{
    [Fact]
    public void Reliability_WhatIsSaidComes_HasNoError()
    {
        // Of each hundred that are said to be k % sure, k are a yes.
        var scores = new BinaryScores([.. Enumerable.Range(1, 10).SelectMany(static k => Enumerable.Range(0, 100).Select(n => (k * 0.05f, n < 5 * k)))]);
        Assert.Equal(10, scores.Reliability().Count());
        Assert.Equal(0, scores.CalibrationError, 1e-6);
    }

    [Fact]
    public void CalibrationError_AlwaysTenTooHigh_IsTen()
    {
        var scores = new BinaryScores([.. Enumerable.Range(0, 1000).Select(static n => (0.4f, n % 10 < 3))]);
        Assert.Equal(0.1, scores.CalibrationError, 1e-6);
    }

    [Fact]
    public void AreaUnderCurve_OrderIsRightWrongOrLevel_IsOneNoneOrHalf()
    {
        Assert.Equal(1, new BinaryScores([(0.1f, false), (0.9f, true)]).AreaUnderCurve);
        Assert.Equal(0, new BinaryScores([(0.1f, true), (0.9f, false)]).AreaUnderCurve);
        Assert.Equal(0.5, new BinaryScores([(0.5f, true), (0.5f, false)]).AreaUnderCurve);
    }
}
