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
        Lambda = lambda;
        _priorVariance = T.One / lambda;
    }

    /// <summary>λ.</summary>
    public T Lambda { get; }

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
    /// Lets the weights wander: P becomes (1 − share)·P + share·I/λ, so that every variance returns to the prior's by that share,
    /// and none goes beyond it in any direction. Weights stay; old observations count less from then on.
    /// </summary>
    /// <param name="share">[0, 1].</param>
    public void Inflate(T share) =>
        PackedSymmetric<T>.Blend(Covariance, Weights.Length, T.One - share, share * _priorVariance);

    /// <summary>
    /// The same observations under another pull to zero: P′ = (P⁻¹ + (λ′ − λ)I)⁻¹ and θ′ = P′P⁻¹θ, worked out in float64. Only for a
    /// prior of zeros, where P⁻¹θ = Σ x·r.
    /// </summary>
    /// <param name="lambda">λ′, above 0.</param>
    public RecursiveRidge<T> PulledBy(T lambda)
    {
        var n = Weights.Length;
        var triangle = new double[Covariance.Length];
        Convert(Covariance, triangle);
        var (sum, weights) = (new double[n], new double[n]);
        Convert(Weights, weights);
        if (PositiveDefinite.TryInvert(triangle, n))
        {
            PackedSymmetric<double>.Multiply(triangle, weights, sum);
            PackedSymmetric<double>.AddToDiagonal(triangle, n, double.CreateChecked(lambda) - double.CreateChecked(Lambda));
            if (PositiveDefinite.TryInvert(triangle, n))
            {
                PackedSymmetric<double>.Multiply(triangle, sum, weights);
                return new RecursiveRidge<T>(Converted(weights), Converted(triangle), lambda);
            }
        }

        // Rounding has cost the matrix its definiteness: what was learned stays as it is, and the new pull holds from here on.
        return new RecursiveRidge<T>([.. Weights], [.. Covariance], lambda);
    }

    /// <summary>A copy that learns on by itself.</summary>
    public RecursiveRidge<T> Clone() => new([.. Weights], [.. Covariance], Lambda);

    private static void Convert(ReadOnlySpan<T> from, Span<double> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = double.CreateChecked(from[i]);
        }
    }

    private static T[] Converted(double[] from) => Array.ConvertAll(from, T.CreateChecked);
}
