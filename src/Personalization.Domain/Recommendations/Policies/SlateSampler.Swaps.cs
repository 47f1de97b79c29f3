namespace Personalization.Domain.Recommendations.Policies;

// How likely a slate down to two neighbouring slots would have been with the two exchanged. Slots above are the same in both orders:
// only the factors of the two slots differ. What is below does not matter: whatever it is, its probabilities add up to one.
internal sealed partial class SlateSampler
{
    // What the upper slot of a pair was drawn from: weights, their sum, how close each was to those above, and where lay what was drawn.
    private double[] _above = [];
    private float[] _closestAbove = [];
    private double _massAbove;
    private int _atAbove;

    private double[] _other = [];
    private float[] _closestOther = [];

    private void KeepAbove(int slot, int at, double mass)
    {
        var count = _count - slot;
        _scratch.AsSpan(slot, count).CopyTo(_above.AsSpan(slot));
        _closest.AsSpan(slot, count).CopyTo(_closestAbove.AsSpan(slot));
        (_above[slot], _above[at]) = (_above[at], _above[slot]);
        (_closestAbove[slot], _closestAbove[at]) = (_closestAbove[at], _closestAbove[slot]);
        (_massAbove, _atAbove) = (mass, at);
    }

    /// <summary>What lies at a place is about to fill a slot: how likely it was to fill the one above, and that one's this one.</summary>
    private double SwapWithAbove<TSimilarity>(int slot, int at, TSimilarity similarity, ReadOnlySpan<double> propensities)
        where TSimilarity : ISlateSimilarity
    {
        var above = slot - 1;
        var first = Share(_above[at], _massAbove, _count - above);
        if (first <= 0)
        {
            return 0;
        }

        var closest = _closest;
        if (_strength > 0)
        {
            closest = _closestOther;
            Simd.Max(_closestAbove.AsSpan(slot, _count - slot), _similar.AsSpan(slot, _count - slot), closest.AsSpan(slot));
            Span<float> alike = stackalloc float[1];
            similarity.Measure(_left[at], _left.AsSpan(above, 1), alike);
            closest[at] = Math.Max(_closestAbove[above], alike[0]);
        }

        // In the order in which they would lie: a rule may take the first of equals.
        var lies = _atAbove == above ? at : _atAbove;
        Trade(above, at);
        Trade(at, lies);
        (closest[at], closest[lies]) = (closest[lies], closest[at]);
        var mass = Weigh(slot, closest, _other);
        (closest[at], closest[lies]) = (closest[lies], closest[at]);
        Trade(at, lies);
        Trade(above, at);
        return ShareOf(first * Share(_other[lies], mass, _count - slot), propensities[above] * propensities[slot]);
    }

    /// <summary>The same for plain Plackett–Luce: (a/M)·(b/(M − a)) against (b/M)·(a/(M − b)).</summary>
    private static double SwapOfWeights(double mass, double upper, double lower) =>
        upper > 0 && lower > 0 ? ShareOf(mass - upper, mass - lower) : 0;

    private static double ShareOf(double other, double shown) => other > 0 ? Math.Clamp(other / (other + shown), 0, 1) : 0;
}
