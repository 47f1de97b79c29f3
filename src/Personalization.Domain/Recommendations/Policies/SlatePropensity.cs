namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// How likely a given slate is under a rule: what <see cref="SlateSampler"/> says of the slate it drew, for any other one.
/// </summary>
/// <remarks>
/// Slates without diversity only. Candidates that are left are kept in the sampler's order, so that a rule which breaks ties
/// by order says the same here. Not safe for concurrent use.
/// </remarks>
internal sealed class SlatePropensity
{
    private int[] _left = [];
    private float[] _means = [];
    private float[] _variances = [];
    private double[] _weights = [];
    private int[] _exchanged = [];

    /// <summary>The probability of each slot given those above it; their product is the slate's.</summary>
    /// <param name="rule">Gives the probabilities.</param>
    /// <param name="means">The candidates' estimates.</param>
    /// <param name="variances">Their variances.</param>
    /// <param name="slate">Candidates, first slot first, each at most once.</param>
    /// <param name="propensities">Receives one probability per slot.</param>
    public void Fill(
        IExplorationRule rule, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, ReadOnlySpan<int> slate, Span<double> propensities)
    {
        for (var slot = 0; slot < slate.Length; slot++)
        {
            propensities[slot] = OfSlot(rule, means, variances, slate, slot);
        }
    }

    /// <summary>
    /// P(s′)/(P(s) + P(s′)), where s′ is the slate with two neighbouring slots exchanged: the overlap weight of the slate s in a
    /// comparison of the two slots (<see cref="ExaminationEstimator"/>).
    /// </summary>
    /// <param name="rule">Gives the probabilities.</param>
    /// <param name="means">The candidates' estimates.</param>
    /// <param name="variances">Their variances.</param>
    /// <param name="slate">s.</param>
    /// <param name="slot">The upper one of the two slots, from 0; not the last.</param>
    /// <returns>[0, 1]; 0 where neither order can come.</returns>
    public double OverlapWeight(
        IExplorationRule rule, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, ReadOnlySpan<int> slate, int slot)
    {
        _exchanged = _exchanged.Length >= slate.Length ? _exchanged : new int[slate.Length];
        var exchanged = _exchanged.AsSpan(0, slate.Length);
        slate.CopyTo(exchanged);
        (exchanged[slot], exchanged[slot + 1]) = (exchanged[slot + 1], exchanged[slot]);

        // Slots above are the same in both, and slots below see the same candidates left: those factors cancel.
        var shown = OfPair(rule, means, variances, slate, slot);
        var other = OfPair(rule, means, variances, exchanged, slot);
        return shown + other > 0 ? other / (shown + other) : 0;
    }

    private double OfPair(
        IExplorationRule rule, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, ReadOnlySpan<int> slate, int slot) =>
        OfSlot(rule, means, variances, slate, slot) * OfSlot(rule, means, variances, slate, slot + 1);

    private double OfSlot(
        IExplorationRule rule, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, ReadOnlySpan<int> slate, int slot)
    {
        Reserve(means.Length);
        var left = Left(means.Length, slate[..slot]);
        var weights = _weights.AsSpan(0, left.Length);
        if (rule.AsksPerSlot)
        {
            FillOfLeft(rule, means, variances, left, weights);
        }
        else
        {
            FillPlackettLuce(rule, means, variances, left, weights);
        }

        var (mass, own) = (0.0, 0.0);
        for (var i = 0; i < left.Length; i++)
        {
            mass += weights[i];
            own = left[i] == slate[slot] ? weights[i] : own;
        }

        return mass > 0 ? own / mass : 1.0 / left.Length;
    }

    /// <summary>Candidates that are not in the slots above, in the order in which the sampler has them.</summary>
    private ReadOnlySpan<int> Left(int count, ReadOnlySpan<int> above)
    {
        for (var i = 0; i < count; i++)
        {
            _left[i] = i;
        }

        for (var slot = 0; slot < above.Length; slot++)
        {
            var at = Array.IndexOf(_left, above[slot], slot, count - slot);
            (_left[slot], _left[at]) = (_left[at], _left[slot]);
        }

        return _left.AsSpan(above.Length, count - above.Length);
    }

    private void FillOfLeft(
        IExplorationRule rule, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, ReadOnlySpan<int> left, Span<double> weights)
    {
        for (var i = 0; i < left.Length; i++)
        {
            _means[i] = means[left[i]];
            _variances[i] = variances[left[i]];
        }

        rule.Fill(_means.AsSpan(0, left.Length), _variances.AsSpan(0, left.Length), weights);
    }

    private void FillPlackettLuce(
        IExplorationRule rule, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, ReadOnlySpan<int> left, Span<double> weights)
    {
        Span<double> all = means.Length <= 256 ? stackalloc double[means.Length] : new double[means.Length];
        rule.Fill(means, variances, all);
        for (var i = 0; i < left.Length; i++)
        {
            weights[i] = all[left[i]];
        }
    }

    private void Reserve(int count)
    {
        if (_left.Length < count)
        {
            _left = new int[count];
            _means = new float[count];
            _variances = new float[count];
            _weights = new double[count];
        }
    }
}
