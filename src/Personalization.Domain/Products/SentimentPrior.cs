using Personalization.Domain.Statistics;

namespace Personalization.Domain.Products;

/// <summary>What is usual among products of a kind: where a product's mean is taken to lie before much is known of it.</summary>
/// <param name="Mean">[−1, 1].</param>
/// <param name="Variance">Of products' true means about it, positive.</param>
public readonly record struct SentimentPrior(double Mean, double Variance)
{
    /// <summary>How many products' worth of belief there is in the prior that an estimate starts from.</summary>
    private const double PriorProducts = 10;

    /// <summary>
    /// Learns what is usual from some products (empirical Bayes): means m with error variances v are taken as drawn from a
    /// normal of unknown mean and variance.
    /// </summary>
    /// <param name="products">Each product's unshrunk mean and its error variance, positive: <see cref="ProductSentimentSummary.Raw"/>.</param>
    /// <param name="start">What to believe without products; it weighs as much as ten of them.</param>
    /// <remarks>
    /// The variance is the moment estimate of DerSimonian and Laird, "Meta-analysis in clinical trials" (1986); shrinking each
    /// product toward such a prior is Morris, "Parametric empirical Bayes inference", JASA 78 (1983).
    /// </remarks>
    public static SentimentPrior Learn(ReadOnlySpan<GaussianEstimate> products, SentimentPrior start)
    {
        double w = 0, ww = 0, wm = 0;
        foreach (var product in products)
        {
            var weight = 1 / product.Variance;
            w += weight;
            ww += weight * weight;
            wm += weight * product.Mean;
        }

        if (products.Length < 2)
        {
            return start;
        }

        double q = 0;
        foreach (var product in products)
        {
            q += (product.Mean - (wm / w)) * (product.Mean - (wm / w)) / product.Variance;
        }

        var between = Math.Max(0, (q - (products.Length - 1)) / (w - (ww / w)));
        var believed = PriorProducts / (PriorProducts + products.Length);
        var variance = (believed * start.Variance) + ((1 - believed) * between);
        return new SentimentPrior((believed * start.Mean) + ((1 - believed) * WeighedMean(products, variance)), variance);
    }

    private static double WeighedMean(ReadOnlySpan<GaussianEstimate> products, double between)
    {
        double w = 0, wm = 0;
        foreach (var product in products)
        {
            w += 1 / (product.Variance + between);
            wm += product.Mean / (product.Variance + between);
        }

        return wm / w;
    }
}
