using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// Randomised exploration with closed-form weights: w ∝ exp(−Δ² / (2β²(s² + ŝ²))), where Δ is how far an action's estimate is
/// below the best one's and s², ŝ² are the variances of the two, mixed with a uniform floor. An action is tried as often as
/// it is plausible that it is the best.
/// </summary>
/// <remarks>
/// After LinMED (Balagopalan, Jun: "Minimum empirical divergence for sub-Gaussian linear bandits", AISTATS 2025), with the
/// variance of the action's own ridge in place of the leverage in the shared one, which is a heuristic.
/// </remarks>
public sealed class LinMed : IExplorationRule
{
    // e⁻⁷⁰⁰ is 10⁻³⁰⁴: no more than nothing. Of what is smaller yet each would be worked out by itself.
    private const double Least = -700;

    private readonly double _beta;
    private readonly double _floor;

    /// <summary>The rule.</summary>
    /// <param name="beta">The scale of the noise, above 0: larger explores more. About the standard error of one reward.</param>
    /// <param name="floor">The share of uniform probability, [0, 1].</param>
    public LinMed(double beta = 0.03, double floor = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        ArgumentOutOfRangeException.ThrowIfLessThan(floor, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(floor, 1);
        _beta = beta;
        _floor = floor;
    }

    /// <inheritdoc/>
    public string Name => "linmed";

    /// <inheritdoc/>
    /// <remarks>
    /// How plausible it is to be the best is asked anew of what is left for each slot. Weights against the best of all would
    /// leave the floor alone to fill every slot below it: at random.
    /// </remarks>
    public bool AsksPerSlot => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities)
    {
        probabilities = probabilities[..means.Length];
        var best = Probabilities.ArgMax(means);
        var top = (double)means[best];
        var topVariance = (double)variances[best];
        var scale = -0.5 / (_beta * _beta);
        ref var mean = ref MemoryMarshal.GetReference(means);
        ref var variance = ref MemoryMarshal.GetReference(variances[..means.Length]);
        ref var probability = ref MemoryMarshal.GetReference(probabilities);
        var count = (nuint)means.Length;
        for (nuint i = 0; i < count && count >= 4; i += 4)
        {
            // The last four may have been among the ones before.
            var at = Math.Min(i, count - 4);
            var gap = Vector256.Create(top) - Simd.Widen(Vector128.LoadUnsafe(ref mean, at));
            var spread = Simd.Widen(Vector128.LoadUnsafe(ref variance, at)) + Vector256.Create(topVariance);
            var exponent = scale * gap * gap / spread;
            var counts = Vector256.GreaterThan(spread, Vector256<double>.Zero) & Vector256.GreaterThan(exponent, Vector256.Create(Least));
            var weight = Vector256.Exp(Vector256.Max(exponent, Vector256.Create(Least))) & counts;
            var isTop = Vector256.LessThanOrEqual(gap, Vector256<double>.Zero);
            Vector256.ConditionalSelect(isTop, Vector256<double>.One, weight).StoreUnsafe(ref probability, at);
        }

        for (var i = 0; i < means.Length && means.Length < 4; i++)
        {
            var gap = top - means[i];
            var spread = variances[i] + topVariance;
            var exponent = scale * gap * gap / spread;
            probabilities[i] = gap <= 0 ? 1 : spread > 0 && exponent > Least ? Math.Exp(exponent) : 0;
        }

        Probabilities.NormaliseWithFloor(probabilities, _floor);
    }
}
