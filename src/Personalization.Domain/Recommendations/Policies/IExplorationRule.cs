namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// Turns what is believed about some actions into a probability for each. A rule only computes: it never draws, so that
/// every propensity that is logged is the probability that was used.
/// </summary>
public interface IExplorationRule
{
    /// <summary>The name in configuration and in decision logs.</summary>
    string Name { get; }

    /// <summary>
    /// How a slate follows from the rule. False: the probabilities of the first slot are weights of a Plackett–Luce model,
    /// renormalised over what is left. True: the rule is asked again for each slot, with what is left.
    /// </summary>
    bool AsksPerSlot { get; }

    /// <summary>Fills in one probability per action; they sum to 1.</summary>
    /// <param name="means">The estimated reward of each action; finite, at least one.</param>
    /// <param name="variances">The variance of each estimate, not negative; as many.</param>
    /// <param name="probabilities">Receives the probabilities; as many.</param>
    void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities);
}
