using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// The ridge of one item's rewards over user features, whose prior mean is given anew each time it is asked:
/// w = g + λ₂P·m, with P = (λ₂I + Σ uuᵀ)⁻¹ and g = P·Σ u·r. It is what the ridge of the residuals r − mᵀu adds to m.
/// </summary>
/// <remarks>Small: a few dozen features. Rows are padded to whole vectors. Not safe for concurrent use.</remarks>
internal sealed class ItemRidge
{
    /// <summary>What rows are padded to, in floats.</summary>
    public const int Width = 8;

    private readonly AlignedFloats _covariance;
    private readonly AlignedFloats _weights;
    private readonly int _features;
    private readonly int _stride;
    private readonly float _lambda;

    public ItemRidge(int features, double lambda)
    {
        _features = features;
        _stride = AlignedFloats.Padded(features, Width);
        _lambda = (float)lambda;
        _covariance = new AlignedFloats(features * _stride);
        _weights = new AlignedFloats(_stride);
        for (var i = 0; i < features; i++)
        {
            _covariance.Span[(i * _stride) + i] = 1 / _lambda;
        }
    }

    /// <summary>g; padded.</summary>
    public Span<float> Weights => _weights.Span;

    /// <summary>uᵀw and uᵀPu.</summary>
    /// <param name="user">u.</param>
    /// <param name="dense">u, padded.</param>
    /// <param name="prior">m, padded.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (float Mean, float Variance) Estimate(SparseFeatures user, ref float dense, ref float prior)
    {
        ref var covariance = ref _covariance.First;
        ref var weights = ref _weights.First;
        var (mean, pull, variance) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (var at = 0; at < _stride; at += Width)
        {
            var gain = Vector256<float>.Zero;
            for (var i = 0; i < user.Count; i++)
            {
                var row = Vector256.LoadUnsafe(ref covariance, (nuint)((user.Indices[i] * _stride) + at));
                gain = Vector256.FusedMultiplyAdd(Vector256.Create(user.Values[i]), row, gain);
            }

            var u = Vector256.LoadUnsafe(ref dense, (nuint)at);
            mean = Vector256.FusedMultiplyAdd(u, Vector256.LoadUnsafe(ref weights, (nuint)at), mean);
            pull = Vector256.FusedMultiplyAdd(gain, Vector256.LoadUnsafe(ref prior, (nuint)at), pull);
            variance = Vector256.FusedMultiplyAdd(gain, u, variance);
        }

        return (Vector256.Sum(mean + (pull * _lambda)), Math.Max(0, Vector256.Sum(variance)));
    }

    /// <summary>Learns one observation.</summary>
    /// <param name="user">u.</param>
    /// <param name="reward">r.</param>
    /// <param name="gain">To work in; padded.</param>
    public void Learn(SparseFeatures user, float reward, Span<float> gain)
    {
        FillGain(user, gain);
        var (along, predicted) = (0f, 0f);
        for (var i = 0; i < user.Count; i++)
        {
            along += user.Values[i] * gain[user.Indices[i]];
            predicted += user.Values[i] * Weights[user.Indices[i]];
        }

        var shrink = 1 / (1 + Math.Max(0, along));
        Policies.Simd.AddScaled<float>(gain, shrink * (reward - predicted), Weights);
        var scale = MathF.Sqrt(shrink);
        for (var i = 0; i < gain.Length; i++)
        {
            gain[i] *= scale;
        }

        for (var i = 0; i < _features; i++)
        {
            Policies.Simd.AddScaled<float>(gain, -gain[i], _covariance.Span.Slice(i * _stride, _stride));
        }
    }

    /// <summary>Changes the reward of something learned before: g += Pu·Δr.</summary>
    public void Amend(SparseFeatures user, float delta, Span<float> gain)
    {
        FillGain(user, gain);
        Policies.Simd.AddScaled<float>(gain, delta, Weights);
    }

    /// <summary>
    /// Raises every variance, at most to the prior's, and takes off g what the prior mean then counts more: w stays where it is.
    /// </summary>
    /// <param name="share">By how much, as a share of the prior's variance.</param>
    /// <param name="prior">m, padded.</param>
    public void Inflate(float share, ReadOnlySpan<float> prior)
    {
        var covariance = _covariance.Span;
        for (int i = 0, at = 0; i < _features; i++, at += _stride + 1)
        {
            var raised = Math.Min(covariance[at] + (share / _lambda), Math.Max(covariance[at], 1 / _lambda));
            Weights[i] -= _lambda * (raised - covariance[at]) * prior[i];
            covariance[at] = raised;
        }
    }

    private void FillGain(SparseFeatures user, Span<float> gain)
    {
        gain.Clear();
        for (var i = 0; i < user.Count; i++)
        {
            Policies.Simd.AddScaled<float>(_covariance.Span.Slice(user.Indices[i] * _stride, _stride), user.Values[i], gain);
        }
    }
}
