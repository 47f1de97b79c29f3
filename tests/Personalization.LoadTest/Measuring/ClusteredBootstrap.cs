namespace Personalization.LoadTest.Measuring;

/// <summary>
/// The interval of a click-through rate when what one shopper does hangs together: whole shoppers are drawn with
/// replacement, never single impressions.
/// </summary>
/// <remarks>Cameron, Gelbach and Miller, Bootstrap-Based Improvements for Inference with Clustered Errors (2008), the pairs cluster bootstrap.</remarks>
internal static class ClusteredBootstrap
{
    /// <summary>One shopper's impressions and clicks.</summary>
    internal readonly record struct Cluster(long Impressions, long Clicks);

    /// <summary>The rate in resampled worlds.</summary>
    /// <param name="clusters">One per shopper.</param>
    /// <param name="draws">How many worlds.</param>
    /// <param name="rng">Draws them.</param>
    public static double[] Rates(IReadOnlyList<Cluster> clusters, int draws, Rng rng)
    {
        if (clusters.Count == 0)
        {
            return [];
        }

        var rates = new double[draws];
        for (var draw = 0; draw < draws; draw++)
        {
            long impressions = 0, clicks = 0;
            for (var i = 0; i < clusters.Count; i++)
            {
                var cluster = clusters[rng.Next(clusters.Count)];
                impressions += cluster.Impressions;
                clicks += cluster.Clicks;
            }

            rates[draw] = impressions == 0 ? 0 : clicks / (double)impressions;
        }

        return rates;
    }

    /// <summary>How much higher one rate is than another, as a share of the other, in worlds drawn independently.</summary>
    public static double[] Lifts(double[] rates, double[] baseline)
    {
        var lifts = new double[Math.Min(rates.Length, baseline.Length)];
        for (var i = 0; i < lifts.Length; i++)
        {
            lifts[i] = baseline[i] > 0 ? (rates[i] / baseline[i]) - 1 : double.NaN;
        }

        return [.. lifts.Where(double.IsFinite)];
    }
}
