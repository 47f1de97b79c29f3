namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>What shoppers feel about a product, as ranking needs it.</summary>
/// <param name="Mean">Valence, [−1, 1], shrunk toward what is usual.</param>
/// <param name="StandardDeviation">Of the mean, not negative.</param>
/// <param name="Weight">How many observations speak for it, decayed.</param>
/// <param name="Trend">Change of valence, this week against the longer run.</param>
/// <param name="LovedAspect">The aspect that shoppers surely like best, such as <c>texture</c>; null for none.</param>
public readonly record struct ItemSentiment(float Mean, float StandardDeviation, float Weight, float Trend, string? LovedAspect = null)
{
    /// <summary>What the mean is above with a probability of about 84 %: what little is known about does not shine.</summary>
    public float LowerBound => Mean - StandardDeviation;
}
