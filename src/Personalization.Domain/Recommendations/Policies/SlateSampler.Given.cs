namespace Personalization.Domain.Recommendations.Policies;

// How likely a slate is that was not drawn here: what another policy would have made of it, on the candidates that it was drawn from.
internal sealed partial class SlateSampler
{
    /// <summary>
    /// The probability of each slot of a given slate, given those above it: what <see cref="Draw"/> says of a slate that it draws.
    /// </summary>
    /// <param name="rule">Gives the probabilities.</param>
    /// <param name="means">The candidates' estimates.</param>
    /// <param name="variances">Their variances.</param>
    /// <param name="diversity">[0, 1].</param>
    /// <param name="similarity">How alike the candidates are; not asked when diversity is 0.</param>
    /// <param name="slate">
    /// The slate, first slot first, each candidate at most once. A negative number is something that is no candidate: from there on
    /// no slot could have come about, and all have 0.
    /// </param>
    /// <param name="propensities">Receives one probability per slot.</param>
    public void PropensitiesOf<TSimilarity>(
        IExplorationRule rule,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        float diversity,
        TSimilarity similarity,
        ReadOnlySpan<int> slate,
        Span<double> propensities)
        where TSimilarity : ISlateSimilarity
    {
        var known = slate.IndexOfAnyInRange(int.MinValue, -1) is >= 0 and var foreign ? foreign : slate.Length;
        propensities[known..slate.Length].Clear();
        Start(rule, means, variances, diversity);
        for (var slot = 0; slot < known; slot++)
        {
            var mass = Weigh(slot, _closest, _scratch);
            var at = PlaceOf(slate[slot], slot);
            propensities[slot] = Share(_scratch[at], mass, _count - slot);
            if (slot + 1 < known)
            {
                Measure(slot, at, similarity);
                Choose(slot, at);
            }
        }
    }
}
