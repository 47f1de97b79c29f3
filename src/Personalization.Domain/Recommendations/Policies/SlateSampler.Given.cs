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
        Reserve(means.Length);
        StartLeft(means.Length);
        _closest.AsSpan(0, means.Length).Clear();
        if (rule.AsksPerSlot)
        {
            GivenPerSlot(rule, means, variances, MostDiversity * diversity, similarity, slate[..known], propensities);
        }
        else
        {
            rule.Fill(means, variances, _weights);
            GivenSequentially(means.Length, MostDiversity * diversity, similarity, slate[..known], propensities);
        }
    }

    private void GivenPerSlot<TSimilarity>(
        IExplorationRule rule,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        float strength,
        TSimilarity similarity,
        ReadOnlySpan<int> slate,
        Span<double> propensities)
        where TSimilarity : ISlateSimilarity
    {
        var closest = _closest.AsSpan(0, means.Length);
        var penalty = strength * Range(means);
        for (var slot = 0; slot < slate.Length; slot++)
        {
            var left = _left.AsSpan(slot, means.Length - slot);
            LookAt(left, closest, means, variances, penalty);
            var weights = _scratch.AsSpan(0, left.Length);
            rule.Fill(_means.AsSpan(0, left.Length), _variances.AsSpan(0, left.Length), weights);
            var mass = Sum(weights);
            var at = left.IndexOf(slate[slot]);
            propensities[slot] = mass > 0 ? weights[at] / mass : 1.0 / left.Length;
            (left[0], left[at]) = (left[at], left[0]);
            if (strength > 0 && slot + 1 < slate.Length)
            {
                similarity.Raise(slate[slot], closest);
            }
        }
    }

    private void GivenSequentially<TSimilarity>(
        int count, float strength, TSimilarity similarity, ReadOnlySpan<int> slate, Span<double> propensities)
        where TSimilarity : ISlateSimilarity
    {
        var closest = _closest.AsSpan(0, count);
        var weights = _scratch.AsSpan(0, count);
        for (var slot = 0; slot < slate.Length; slot++)
        {
            var mass = Discount(_weights.AsSpan(0, count), closest, strength, weights);
            propensities[slot] = mass > 0 ? weights[slate[slot]] / mass : 1.0 / (count - slot);
            _weights[slate[slot]] = 0;
            if (strength > 0 && slot + 1 < slate.Length)
            {
                similarity.Raise(slate[slot], closest);
            }
        }
    }
}
