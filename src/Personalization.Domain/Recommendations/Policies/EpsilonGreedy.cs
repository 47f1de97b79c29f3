namespace Personalization.Domain.Recommendations.Policies;

/// <summary>The best-looking action, except for a share ε of the time, when all are alike.</summary>
public sealed class EpsilonGreedy : IExplorationRule
{
    private readonly double _epsilon;

    /// <summary>The rule.</summary>
    /// <param name="epsilon">The share of uniform probability, [0, 1].</param>
    public EpsilonGreedy(double epsilon = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epsilon, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epsilon, 1);
        _epsilon = epsilon;
    }

    /// <inheritdoc/>
    public string Name => "epsilon_greedy";

    /// <inheritdoc/>
    public bool AsksPerSlot => true;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities)
    {
        probabilities[..means.Length].Fill(_epsilon / means.Length);
        probabilities[Probabilities.ArgMax(means)] += 1 - _epsilon;
    }
}
