namespace Personalization.Domain.Recommendations.Policies;

// How likely a slate down to two neighbouring slots would have been with the two exchanged. Slots above are the same in both orders:
// only the factors of the two slots differ. What is below does not matter: whatever it is, its probabilities add up to one.
internal sealed partial class SlateSampler
{
    // What the upper slot of a pair was drawn from: weights, their sum, what diversity knew, and the weight of what it got.
    private double[] _above = [];
    private float[] _closestAbove = [];
    private double _massAbove;
    private double _weightAbove;

    private double[] _other = [];
    private int[] _order = [];

    private void KeepAbove(ReadOnlySpan<double> weights, double mass, ReadOnlySpan<float> closest, double taken)
    {
        weights.CopyTo(_above);
        closest.CopyTo(_closestAbove);
        (_massAbove, _weightAbove) = (mass, taken);
    }

    /// <summary>The order in which candidates were left before the upper one of two slots was filled.</summary>
    private void UndoTwo(int upper, int upperAt, int lowerAt, int count)
    {
        var order = _order.AsSpan(0, count - upper);
        _left.AsSpan(upper, order.Length).CopyTo(order);
        (order[1], order[1 + lowerAt]) = (order[1 + lowerAt], order[1]);
        (order[0], order[upperAt]) = (order[upperAt], order[0]);
    }

    /// <summary>For a rule that asks per slot: it is asked once more, as if the lower slot's candidate had come first.</summary>
    private double SwapPerSlot<TSimilarity>(
        IExplorationRule rule,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        float penalty,
        TSimilarity similarity,
        int slot,
        ReadOnlySpan<int> picks,
        ReadOnlySpan<double> propensities)
        where TSimilarity : ISlateSimilarity
    {
        var order = _order.AsSpan(0, means.Length - slot + 1);
        var at = order.IndexOf(picks[slot]);
        var first = _massAbove > 0 ? _above[at] / _massAbove : 1.0 / order.Length;
        if (first <= 0)
        {
            return 0;
        }

        (order[0], order[at]) = (order[at], order[0]);
        var rest = order[1..];
        var closest = _closestAbove.AsSpan(0, means.Length);
        if (penalty > 0)
        {
            similarity.Raise(picks[slot], closest);
        }

        LookAt(rest, closest, means, variances, penalty);
        var weights = _other.AsSpan(0, rest.Length);
        rule.Fill(_means.AsSpan(0, rest.Length), _variances.AsSpan(0, rest.Length), weights);
        var mass = Sum(weights);
        var second = mass > 0 ? weights[rest.IndexOf(picks[slot - 1])] / mass : 1.0 / rest.Length;
        return ShareOf(first * second, propensities[slot - 1] * propensities[slot]);
    }

    /// <summary>The same for weights that diversity discounts slot by slot.</summary>
    private double SwapOfDiscounted<TSimilarity>(
        int count, int slot, float strength, TSimilarity similarity, ReadOnlySpan<int> picks, ReadOnlySpan<double> propensities)
        where TSimilarity : ISlateSimilarity
    {
        var (upper, lower) = (picks[slot - 1], picks[slot]);
        var closest = _closestAbove.AsSpan(0, count);
        similarity.Raise(lower, closest);
        var first = _massAbove > 0 ? _above[lower] / _massAbove : 1.0 / (count - slot + 1);
        var kept = _weights[lower];
        (_weights[upper], _weights[lower]) = (_weightAbove, 0);
        var mass = Discount(_weights.AsSpan(0, count), closest, strength, _other.AsSpan(0, count));
        var second = mass > 0 ? _other[upper] / mass : 1.0 / (count - slot);
        (_weights[upper], _weights[lower]) = (0, kept);
        return ShareOf(first * second, propensities[slot - 1] * propensities[slot]);
    }

    /// <summary>The same for plain Plackett–Luce: (a/M)·(b/(M − a)) against (b/M)·(a/(M − b)).</summary>
    private static double SwapOfWeights(double mass, double upper, double lower) =>
        upper > 0 && lower > 0 ? ShareOf(mass - upper, mass - lower) : 0;

    private static double ShareOf(double other, double shown) => other > 0 ? Math.Clamp(other / (other + shown), 0, 1) : 0;
}
