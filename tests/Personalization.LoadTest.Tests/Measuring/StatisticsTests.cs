using CsCheck;
using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Tests.Measuring;

public sealed class StatisticsTests
{
    [Fact]
    public void Wilson_KnownExample_IsAsPublished()
    {
        // 81 of 263: Agresti's example, 0.2553 to 0.3662 (Newcombe 1998, method 3).
        var interval = Wilson.Of(81, 263);
        Assert.Equal(0.2553, interval.Low, 4);
        Assert.Equal(0.3662, interval.High, 4);
    }

    [Fact]
    public void Wilson_AnyCounts_HoldsTheShareAndStaysInside() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[1, 500]).Where((s, n) => s <= n).Sample((s, n) =>
        {
            var interval = Wilson.Of(s, n);
            return interval.Low >= 0 && interval.High <= 1 && interval.Low <= (double)s / n + 1e-12 && interval.High >= (double)s / n - 1e-12;
        });

    [Fact]
    public void Spearman_MonotoneRelation_IsOne() =>
        Assert.Equal(1, Spearman.Of([1, 2, 3, 4], [1, 8, 27, 64]), 12);

    [Fact]
    public void Spearman_WithTies_SharesRanks()
    {
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 · 5).
        Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), Spearman.Of([1, 2, 2, 3], [1, 2, 3, 4]), 12);
    }

    [Fact]
    public void Spearman_Constant_IsNotANumber() => Assert.Equal(double.NaN, Spearman.Of([1, 1, 1], [1, 2, 3]));

    [Fact]
    public void Spearman_Unrelated_IntervalHoldsZero()
    {
        var rng = new Rng(7);
        var x = Enumerable.Range(0, 200).Select(_ => rng.NextDouble()).ToArray();
        var y = Enumerable.Range(0, 200).Select(_ => rng.NextDouble()).ToArray();
        var result = Spearman.WithInterval(x, y, rng);
        Assert.True(result.Ci95.Low < 0 && result.Ci95.High > 0, $"{result}");
    }

    [Fact]
    public void ClusteredBootstrap_ClicksHangTogether_IsWiderThanWilson()
    {
        // Half of the shoppers click everything, half nothing: a hundred shoppers, not ten thousand impressions, are the sample.
        var clusters = Enumerable.Range(0, 100).Select(i => new ClusteredBootstrap.Cluster(100, i % 2 * 100)).ToArray();
        var clustered = Interval.Of(ClusteredBootstrap.Rates(clusters, 1000, new Rng(1)));
        var naive = Wilson.Of(5000, 10_000);
        Assert.True(clustered.High - clustered.Low > 5 * (naive.High - naive.Low));
        Assert.True(clustered.Low < 0.5 && clustered.High > 0.5);
    }

    [Fact]
    public void Rng_SameSeed_SameStream_OthersDiffer()
    {
        Assert.Equal(Rng.For(1, "a", 3).NextBits(), Rng.For(1, "a", 3).NextBits());
        Assert.Equal(4, new[] { Rng.For(1, "a", 3), Rng.For(2, "a", 3), Rng.For(1, "b", 3), Rng.For(1, "a", 4) }.Select(r => r.NextBits()).Distinct().Count());
    }

    [Fact]
    public void Rng_Normal_HasMeanZeroAndVarianceOne()
    {
        var rng = new Rng(5);
        var draws = Enumerable.Range(0, 20_000).Select(_ => rng.Normal()).ToArray();
        Assert.Equal(0, draws.Average(), 0.03);
        Assert.Equal(1, draws.Average(d => d * d), 0.04);
    }
}
