namespace Personalization.Domain.Recommendations.Policies;

/// <summary>Every action alike: the traffic that off-policy evaluation likes best.</summary>
public sealed class UniformRule : IExplorationRule
{
    /// <inheritdoc/>
    public string Name => "uniform";

    /// <inheritdoc/>
    public bool AsksPerSlot => false;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities) =>
        probabilities[..means.Length].Fill(1.0 / means.Length);
}
