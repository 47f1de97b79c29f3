using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Tests.Simulation;

/// <summary>Compares the click-through of the same shoppers under two arms.</summary>
internal static class PairedRates
{
    /// <summary>
    /// Beyond this many standard errors a difference is taken for real: by chance alone that happens in 6 of 10 million
    /// comparisons (two-sided normal).
    /// </summary>
    public const double Real = 5;

    /// <summary>How much higher the first rate is, in standard errors.</summary>
    /// <param name="first">Impressions and clicks of each shopper under one arm.</param>
    /// <param name="second">Of the same shoppers, in the same order, under the other.</param>
    /// <remarks>
    /// The variance of a difference of two ratios, linearised, over whole shoppers: what one shopper does under both arms
    /// hangs together (Deng, Knoblich, Lu: "Applying the delta method in metric analytics", KDD 2018).
    /// </remarks>
    public static double Difference(IReadOnlyList<ClusteredBootstrap.Cluster> first, IReadOnlyList<ClusteredBootstrap.Cluster> second)
    {
        Assert.Equal(first.Count, second.Count);
        var (a, b) = (Total(first), Total(second));
        var variance = 0.0;
        for (var i = 0; i < first.Count; i++)
        {
            var residual = ((first[i].Clicks - (Rate(a) * first[i].Impressions)) / a.Impressions)
                - ((second[i].Clicks - (Rate(b) * second[i].Impressions)) / b.Impressions);
            variance += residual * residual;
        }

        return (Rate(a) - Rate(b)) / Math.Sqrt(variance);
    }

    private static double Rate(ClusteredBootstrap.Cluster cluster) => cluster.Clicks / (double)cluster.Impressions;

    private static ClusteredBootstrap.Cluster Total(IReadOnlyList<ClusteredBootstrap.Cluster> clusters) =>
        new(clusters.Sum(c => c.Impressions), clusters.Sum(c => c.Clicks));
}
