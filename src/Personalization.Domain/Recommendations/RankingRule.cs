using Personalization.Domain.Products;

namespace Personalization.Domain.Recommendations;

/// <summary>
/// What the shop itself wants of a slate: products favoured, held back or kept out, whatever shoppers think of them. Applied
/// before the draw, so that propensities are of the slate as the rules make it, and exact.
/// </summary>
public sealed record RankingRule
{
    /// <summary>The most rules of a request.</summary>
    public const int Most = 32;

    /// <summary>The smallest boost.</summary>
    public const double LeastBoost = 0.1;

    /// <summary>The largest.</summary>
    public const double MostBoost = 10;

    private RankingRule(string productId, FacetKey facet, double boost)
    {
        ProductId = productId;
        Facet = facet;
        Boost = boost;
    }

    /// <summary>The product it is about; empty when it is about a facet.</summary>
    public string ProductId { get; }

    /// <summary>The brand, category (and all below it) or attribute that it is about, if it is not about a product.</summary>
    public FacetKey Facet { get; }

    /// <summary>By what the estimate is multiplied; 0 keeps out.</summary>
    public double Boost { get; }

    /// <summary>Whether it keeps out.</summary>
    public bool Excludes => Boost == 0;

    /// <summary>Favours a product, or holds it back.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="boost"><see cref="LeastBoost"/> to <see cref="MostBoost"/>.</param>
    /// <exception cref="ArgumentException">The boost is out of its range.</exception>
    public static RankingRule Favour(string productId, double boost) => new(productId, default, Checked(boost));

    /// <summary>Favours what has a facet, or holds it back.</summary>
    /// <inheritdoc cref="Favour(string, double)"/>
    public static RankingRule Favour(FacetKey facet, double boost) => new(string.Empty, facet, Checked(boost));

    /// <summary>Keeps a product out.</summary>
    public static RankingRule KeepOut(string productId) => new(productId, default, 0);

    /// <summary>Keeps out what has a facet.</summary>
    public static RankingRule KeepOut(FacetKey facet) => new(string.Empty, facet, 0);

    private static double Checked(double boost) => boost is >= LeastBoost and <= MostBoost
        ? boost
        : throw new ArgumentException($"boost: is {boost}; allowed: {LeastBoost} to {MostBoost}.", nameof(boost));
}
