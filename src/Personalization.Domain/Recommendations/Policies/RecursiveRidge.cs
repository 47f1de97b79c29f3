using System.Numerics;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// Ridge regression kept solved: after every observation the weights are exactly those of the closed form
/// θ = (λI + Σ xxᵀ)⁻¹ (λθ₀ + Σ x·r), at O(D²) each (recursive least squares by the Sherman–Morrison identity).
/// </summary>
/// <remarks>
/// An amendment changes the target of an observation that was learned already: Σ x·r grows by x·Δr, so θ grows by P·x·Δr
/// with today's P. The result is the same as if the full reward had been known at once.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class RecursiveRidge<T>
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly T _priorVariance;

    /// <summary>A ridge that has seen nothing.</summary>
    /// <param name="prior">θ₀, to which λ pulls; its length is D.</param>
    /// <param name="lambda">The strength of the pull, above 0.</param>
    public RecursiveRidge(ReadOnlySpan<T> prior, T lambda)
        : this(prior.ToArray(), PackedSymmetric<T>.Diagonal(prior.Length, T.One / lambda), lambda)
    {
    }

    /// <summary>A ridge as it was stored; the arrays are taken over.</summary>
    public RecursiveRidge(T[] weights, T[] covariance, T lambda)
    {
        if (covariance.Length != PackedSymmetric<T>.Length(weights.Length))
        {
            throw new FormatException($"A covariance of {covariance.Length} values does not fit {weights.Length} weights.");
        }

        Weights = weights;
        Covariance = covariance;
        _priorVariance = T.One / lambda;
    }

    /// <summary>θ.</summary>
    public T[] Weights { get; }

    /// <summary>P = (λI + Σ xxᵀ)⁻¹ as a packed triangle.</summary>
    public T[] Covariance { get; }

    /// <summary>θᵀx.</summary>
    public T Predict(ReadOnlySpan<T> x) => Simd.Dot<T>(x, Weights);

    /// <summary>Learns one observation. Returns the error of the prediction before it.</summary>
    /// <param name="x">The features.</param>
    /// <param name="target">What was observed.</param>
    /// <param name="scratch">At least D values to work in.</param>
    public T Learn(ReadOnlySpan<T> x, T target, Span<T> scratch)
    {
        var gain = scratch[..x.Length];
        PackedSymmetric<T>.Multiply(Covariance, x, gain);
        var shrink = T.One / (T.One + Simd.Dot(x, gain));
        var error = target - Predict(x);
        Simd.AddScaled(gain, error * shrink, Weights);
        PackedSymmetric<T>.AddOuter(Covariance, gain, -shrink);
        return error;
    }

    /// <summary>Changes the target of an observation learned before by <paramref name="delta"/>.</summary>
    public void Amend(ReadOnlySpan<T> x, T delta, Span<T> scratch)
    {
        var gain = scratch[..x.Length];
        PackedSymmetric<T>.Multiply(Covariance, x, gain);
        Simd.AddScaled(gain, delta, Weights);
    }

    /// <summary>
    /// Lets the weights wander: adds <paramref name="amount"/> to every variance, never above the prior's. Old
    /// observations count less from then on (the random-walk model of a Kalman filter).
    /// </summary>
    public void Inflate(T amount) =>
        PackedSymmetric<T>.RaiseDiagonal(Covariance, Weights.Length, amount, _priorVariance, Comparer<T>.Default);
}
