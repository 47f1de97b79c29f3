using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// Learns from randomised slates how likely each position is to be looked at, without a model of the items: clicks at two
/// neighbouring positions are compared over slates weighted as if either order of the two items had been as likely.
/// </summary>
/// <remarks>
/// <para>
/// Let s′ be the slate s with the items at k and k + 1 exchanged. A slate that came with probability P(s) counts with
/// w = P(s′)/(P(s) + P(s′)). As P(s)·w is the same for s and s′, each of the two items is at each of the two positions with the
/// same total weight, and under the position-based model Σ w·r_{k+1} / Σ w·r_k estimates b_{k+1}/b_k. Then b₁ = 1 and
/// b_{k+1} = b_k·(that ratio). Neighbours are near ties more often than any other two, so that they are exchanged most.
/// </para>
/// <para>
/// The comparison is that of Agarwal et al., "Estimating position bias without intrusive interventions", WSDM 2019; w are the
/// overlap weights of Li, Morgan, Zaslavsky, "Balancing covariates via propensity score weighting", JASA 2018, which never
/// exceed 1 where 1/P has no bound. Everything kept is a sum: observations may come in any order. Not safe for
/// concurrent use.
/// </para>
/// </remarks>
public sealed class ExaminationEstimator
{
    /// <summary>The least examination that is ever said: learning divides by what is near it.</summary>
    public const double Least = 0.01;

    private readonly double[] _priorRatios;
    private readonly double[] _upper;
    private readonly double[] _lower;
    private readonly double[] _curve;
    private readonly double _strength;

    /// <summary>An estimate that is the prior's.</summary>
    /// <param name="prior">What is believed before the first observation; divided by its first value.</param>
    /// <param name="positions">How many positions there are, at least 1.</param>
    /// <param name="strength">How many weighted clicks at the upper position of each pair the prior counts as, above 0, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public ExaminationEstimator(ExaminationCurve prior, int positions, double strength = 3)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        if (!(strength > 0 && double.IsFinite(strength)))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "strength: allowed: above 0, finite.");
        }

        _priorRatios = [.. Enumerable.Range(1, positions - 1).Select(k => (double)prior.At(k + 1) / prior.At(k))];
        _upper = new double[positions - 1];
        _lower = new double[positions - 1];
        _curve = new double[positions];
        _strength = strength;
        Chain();
    }

    /// <summary>How many positions there are.</summary>
    public int Positions => _curve.Length;

    /// <summary>The estimate as a curve.</summary>
    public ExaminationCurve Curve => new([.. _curve.Select(b => (float)b)]);

    /// <summary>b of a position, [0.01, 1]; that of the first is 1.</summary>
    /// <param name="position">From 1; those beyond the last count as the last.</param>
    public double At(int position) => _curve[Math.Clamp(position - 1, 0, _curve.Length - 1)];

    /// <summary>Takes in what two neighbouring positions of a slate got.</summary>
    /// <param name="position">The upper one of the two, from 1; not the last.</param>
    /// <param name="weight">P(s′)/(P(s) + P(s′)), [0, 1]; 0 where they could not have been exchanged, which says nothing.</param>
    /// <param name="upper">The reward there, not negative, finite.</param>
    /// <param name="lower">The reward of the position below.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public void Observe(int position, double weight, double upper, double lower)
    {
        Require(position >= 1 && position < Positions, nameof(position), position, $"1 to {Positions - 1}");
        Require(weight is >= 0 and <= 1, nameof(weight), weight, "0 to 1");
        Require(upper >= 0 && double.IsFinite(upper), nameof(upper), upper, "not negative, finite");
        Require(lower >= 0 && double.IsFinite(lower), nameof(lower), lower, "not negative, finite");
        if (weight * (upper + lower) > 0)
        {
            _upper[position - 1] += weight * upper;
            _lower[position - 1] += weight * lower;
            Chain();
        }
    }

    /// <summary>Writes the sums.</summary>
    internal void Write(StateWriter writer)
    {
        writer.Doubles(_upper);
        writer.Doubles(_lower);
    }

    /// <summary>Takes over sums that were written; those of positions that are not there any more are left out.</summary>
    internal void Restore(ref StateReader reader)
    {
        var (upper, lower) = (reader.Doubles(), reader.Doubles());
        if (upper.Length != lower.Length || !upper.Concat(lower).All(static sum => sum >= 0 && double.IsFinite(sum)))
        {
            throw new FormatException("The sums of an examination curve do not belong together.");
        }

        var count = Math.Min(upper.Length, _upper.Length);
        upper.AsSpan(0, count).CopyTo(_upper);
        lower.AsSpan(0, count).CopyTo(_lower);
        Chain();
    }

    private void Chain()
    {
        _curve[0] = 1;
        for (var k = 0; k < _upper.Length; k++)
        {
            var ratio = (_lower[k] + (_strength * _priorRatios[k])) / (_upper[k] + _strength);
            _curve[k + 1] = Math.Clamp(_curve[k] * ratio, Least, 1);
        }
    }

    private static void Require(bool holds, string field, double value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(field, value, $"{field}: allowed: {allowed}.");
        }
    }
}
