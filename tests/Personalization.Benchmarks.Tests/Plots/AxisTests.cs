using CsCheck;
using Personalization.Benchmarks.Plots;

namespace Personalization.Benchmarks.Tests.Plots;

public sealed class AxisTests
{
    [Fact]
    public void Ticks_AnyRange_AreFewAndWithin() =>
        Gen.Select(Gen.Double[-1000, 1000], Gen.Double[1e-3, 1e4]).Sample((low, width) =>
        {
            var axis = new Axis("x", low, low + width);
            var ticks = axis.Ticks().Select(static t => t.Value).ToArray();
            Assert.InRange(ticks.Length, 2, 8);
            Assert.All(ticks, t => Assert.InRange(t, low - (1e-6 * width), low + (width * (1 + 1e-6))));
        });

    [Fact]
    public void UpTo_AnyMost_EndsAtTheNextRoundNumber() => Gen.Double[1e-4, 1e6].Sample(most =>
    {
        var axis = Axis.UpTo("x", most);
        Assert.InRange(axis.High, most * (1 - 1e-6), most * 1.51);
        Assert.Equal(axis.High, axis.Ticks().Last().Value, axis.High * 1e-9);
    });

    [Fact]
    public void PlaceOf_WhateverValue_StaysOnTheAxis() =>
        Gen.Select(Gen.Double[-10, 10], Gen.Bool).Sample((value, logarithmic) =>
            Assert.InRange(new Axis("x", 0.1, 5) { IsLogarithmic = logarithmic }.PlaceOf(value), 0, 1));

    [Fact]
    public void PlaceOf_LogarithmicAxis_IsEvenInPowers()
    {
        var axis = new Axis("x", 1, 10_000) { IsLogarithmic = true };
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], new[] { 1.0, 10, 100, 1000, 10_000 }.Select(v => Math.Round(axis.PlaceOf(v), 9)));
        Assert.Equal(["1", "10", "100", "1,000", "10,000"], axis.Ticks().Select(static t => t.Text));
    }

    [Fact]
    public void Ticks_ShortLogarithmicAxis_AreOneTwoFive() =>
        Assert.Equal(["0.5", "1", "2", "5", "10"], new Axis("x", 0.4, 12) { IsLogarithmic = true }.Ticks().Select(static t => t.Text));
}
