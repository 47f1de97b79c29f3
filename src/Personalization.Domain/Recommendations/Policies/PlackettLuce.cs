namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// Takes a rule's probabilities of a single choice as the weights of a whole slate, whatever the rule would say of what is left:
/// <see cref="SlateSampler"/> then draws the slate at once, by the Gumbel top-K trick.
/// </summary>
/// <remarks>
/// Plackett: "The analysis of permutations", Applied Statistics 24, 1975. A rule that is sure of its best action gives all others
/// about its floor, and fills the slots below nearly at random.
/// </remarks>
/// <param name="first">Gives the probabilities.</param>
internal sealed class PlackettLuce(IExplorationRule first) : IExplorationRule
{
    /// <inheritdoc/>
    public string Name => "plackett_luce(" + first.Name + ")";

    /// <inheritdoc/>
    public bool AsksPerSlot => false;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities) =>
        first.Fill(means, variances, probabilities);
}
