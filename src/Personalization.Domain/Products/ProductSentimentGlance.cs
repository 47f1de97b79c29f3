using Personalization.Domain.Statistics;

namespace Personalization.Domain.Products;

/// <summary>What shoppers feel about a product, in short; as in <see cref="ProductSentimentSummary"/>.</summary>
/// <param name="Valence">Mean valence, [−1, 1], shrunk toward what is usual while little is known.</param>
/// <param name="Weight">How many sure readings the valence is worth, decayed.</param>
/// <param name="Trend">How far lately is from the long run.</param>
public readonly record struct ProductSentimentGlance(GaussianEstimate Valence, double Weight, double Trend);
