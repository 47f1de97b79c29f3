using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// How likely each position of a slate is to be looked at, against the first: b₁ = 1. A reward at position k is modelled as
/// b_k times the item's own (the position-based model of Craswell et al., "An experimental comparison of click
/// position-bias models", WSDM 2008).
/// </summary>
public sealed class ExaminationCurve
{
    private readonly ImmutableArray<float> _weights;

    /// <summary>A curve.</summary>
    /// <param name="weights">From the first position on, each in (0, 1]; positions beyond have the last one's. At least one.</param>
    public ExaminationCurve(ImmutableArray<float> weights)
    {
        if (weights.IsDefaultOrEmpty)
        {
            throw new ArgumentException("weights: is empty; allowed: at least one.", nameof(weights));
        }

        foreach (var weight in weights)
        {
            if (weight is not (> 0 and <= 1))
            {
                throw new ArgumentException($"weights: has {weight}; allowed: above 0, up to 1.", nameof(weights));
            }
        }

        _weights = weights;
    }

    /// <summary>1/k^0.3 over twenty positions: a mild fall, as of a grid that is seen at a glance.</summary>
    public static ExaminationCurve Default { get; } = Power(0.3, 20);

    /// <summary>Every position is looked at.</summary>
    public static ExaminationCurve Flat { get; } = new([1f]);

    /// <summary>1/k^exponent.</summary>
    /// <param name="exponent">[0, 4].</param>
    /// <param name="positions">How many, at least 1.</param>
    public static ExaminationCurve Power(double exponent, int positions) =>
        new([.. Enumerable.Range(1, positions).Select(k => (float)Math.Pow(k, -exponent))]);

    /// <summary>The weights from the first position on.</summary>
    public ImmutableArray<float> Weights => _weights;

    /// <summary>b of a position.</summary>
    /// <param name="position">From 1; 0 counts as the first.</param>
    public float At(int position) => _weights[Math.Clamp(position - 1, 0, _weights.Length - 1)];
}
