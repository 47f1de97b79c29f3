namespace Personalization.Domain.Recommendations.Policies;

/// <summary>Always the best-looking action. Learns nothing about the others: for baselines and for replaying data.</summary>
public sealed class Greedy : IExplorationRule
{
    /// <inheritdoc/>
    public string Name => "greedy";

    /// <inheritdoc/>
    public bool AsksPerSlot => true;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities)
    {
        probabilities[..means.Length].Clear();
        probabilities[Probabilities.ArgMax(means)] = 1;
    }
}
