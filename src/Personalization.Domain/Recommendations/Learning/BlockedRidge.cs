namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// Ridge regression kept solved, for some hundreds of features of which few are not zero at a time: after every observation
/// the weights are those of the closed form θ = (λI + Σ xxᵀ)⁻¹ Σ x·r (recursive least squares by the Sherman–Morrison identity).
/// </summary>
/// <remarks>
/// <para>
/// P = (λI + Σ xxᵀ)⁻¹ is kept as P₀ − Σ hhᵀ with up to <see cref="Capacity"/> pending h = g/√(1 + xᵀg), g = Px: a product with
/// P corrects for them exactly, and they are folded into P₀ together, which reads and writes the matrix once for all of
/// them instead of once for each (the blocking of LAPACK's rank-k updates).
/// </para>
/// <para>
/// P is in float32 and symmetric bit for bit; θ is in float64. Each <see cref="CheckInterval"/> observations P is factorised
/// in float64, and what rounding has made of directions without variance is mended. Not safe for concurrent use.
/// </para>
/// </remarks>
public sealed class BlockedRidge
{
    /// <summary>After how many observations P is looked over.</summary>
    public const int CheckInterval = 1 << 16;

    /// <summary>The most features.</summary>
    public const int MostFeatures = 4096;

    private const int LargeFrom = 128;
    private const int LargeCapacity = 32;
    private const int SmallCapacity = 16;

    private readonly int _stride;
    private readonly int _rows;
    private readonly float _priorVariance;
    private readonly double[] _weights;
    private readonly AlignedFloats _covariance;
    private readonly AlignedFloats _pending;
    private readonly AlignedFloats _negatedByIndex;
    private readonly AlignedFloats _gain;
    private readonly float[] _projections;
    private readonly int[] _order;
    private int _count;
    private double _inflation;
    private long _observations;

    /// <summary>A ridge that has seen nothing.</summary>
    /// <param name="features">D, 1 to 4096.</param>
    /// <param name="lambda">The strength of the pull to zero, above 0: the variance of a reward over that of a weight.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public BlockedRidge(int features, double lambda)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(features, MostFeatures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lambda);
        Features = features;
        Lambda = lambda;
        Capacity = features < LargeFrom ? SmallCapacity : LargeCapacity;
        _priorVariance = (float)(1 / lambda);
        _stride = AlignedFloats.Padded(features, SymmetricKernels.Panel);
        _rows = AlignedFloats.Padded(features, SymmetricKernels.RowBlock);
        _weights = new double[_stride];
        _covariance = new AlignedFloats(_rows * _stride);
        _pending = new AlignedFloats(Capacity * _stride);
        _negatedByIndex = new AlignedFloats(_rows * Capacity);
        _gain = new AlignedFloats(_stride);
        _projections = new float[Capacity];
        _order = [.. Enumerable.Range(0, Capacity)];
        Reset();
    }

    /// <summary>D.</summary>
    public int Features { get; }

    /// <summary>λ.</summary>
    public double Lambda { get; }

    /// <summary>How many observations are folded into P together.</summary>
    public int Capacity { get; }

    /// <summary>θ; D values.</summary>
    public ReadOnlySpan<double> Weights => _weights.AsSpan(0, Features);

    /// <summary>How often a look at P found variance that was not positive, and mended it.</summary>
    public int Repairs { get; private set; }

    /// <summary>θᵀx.</summary>
    public double Predict(SparseFeatures x)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Count; i++)
        {
            sum += _weights[x.Indices[i]] * x.Values[i];
        }

        return sum;
    }

    /// <summary>xᵀPx, not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is D or more.</exception>
    public double Variance(SparseFeatures x)
    {
        FillGain(x);
        return Math.Max(0, AlongGain(x));
    }

    /// <summary>Learns one observation. Returns the error of the prediction before it: r − θᵀx.</summary>
    /// <param name="x">The features.</param>
    /// <param name="reward">r, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is D or more.</exception>
    public double Learn(SparseFeatures x, double reward)
    {
        var error = reward - Predict(x);
        FillGain(x);
        var shrink = 1 / (1 + Math.Max(0, AlongGain(x)));
        MoveAlongGain(error * shrink);
        Keep((float)Math.Sqrt(shrink));
        _observations++;
        if (_count == Capacity)
        {
            Fold();
        }

        if (_observations % CheckInterval == 0)
        {
            Fold();
            Repairs += CovarianceCheck.Mend(_covariance.Span, Features, _stride, _priorVariance);
        }

        return error;
    }

    /// <summary>Changes the reward of something learned before: θ += Px·Δr, with P as it is now.</summary>
    /// <remarks>
    /// Without inflation in between this is exactly as if the whole reward had been known at once, since Σ x·r grows by x·Δr
    /// and θ = P·Σ x·r. After an inflation the amendment moves θ by today's larger P: it counts as much as an observation of
    /// today would.
    /// </remarks>
    /// <param name="x">The features, as they were.</param>
    /// <param name="delta">Δr, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is D or more.</exception>
    public void Amend(SparseFeatures x, double delta)
    {
        FillGain(x);
        MoveAlongGain(delta);
    }

    /// <summary>
    /// Lets the weights wander: adds <paramref name="amount"/> to every variance, never above the prior's 1/λ (the random-walk
    /// model of a Kalman filter). Takes effect when pending observations are folded in, at the latest <see cref="Capacity"/> later.
    /// </summary>
    /// <param name="amount">Not negative.</param>
    public void Inflate(double amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        _inflation += amount;
    }

    /// <summary>Forgets everything.</summary>
    internal void Reset()
    {
        Array.Clear(_weights);
        _covariance.Span.Clear();
        for (var i = 0; i < Features; i++)
        {
            _covariance.Span[(i * _stride) + i] = _priorVariance;
        }

        (_count, _inflation, _observations) = (0, 0, 0);
    }

    /// <summary>P at one place.</summary>
    internal float Covariance(int row, int column)
    {
        Fold();
        return _covariance.Span[(row * _stride) + column];
    }

    /// <summary>g = P₀x − Σ h(hᵀx).</summary>
    private void FillGain(SparseFeatures x)
    {
        x.Check(Features);
        _gain.Span.Clear();
        SymmetricKernels.AddRows(ref _covariance.First, _stride, x, ref _gain.First);
        if (_count > 0)
        {
            var projections = _projections.AsSpan(0, _count);
            SymmetricKernels.DotRows(_pending.Span, _stride, x, -1, projections);
            var along = new SparseFeatures(_order.AsSpan(0, _count), projections);
            SymmetricKernels.AddRows(ref _pending.First, _stride, along, ref _gain.First);
        }
    }

    private double AlongGain(SparseFeatures x)
    {
        var gain = _gain.Span;
        var sum = 0.0;
        for (var i = 0; i < x.Count; i++)
        {
            sum += gain[x.Indices[i]] * x.Values[i];
        }

        return sum;
    }

    private void MoveAlongGain(double step) =>
        SymmetricKernels.AddScaled(ref _gain.First, step, ref _weights[0], _stride);

    private void Keep(float scale)
    {
        var update = _pending.Span.Slice(_count * _stride, _stride);
        update.Clear();
        Policies.Simd.AddScaled<float>(_gain.Span, scale, update);
        _count++;
    }

    private void Fold()
    {
        if (_count > 0)
        {
            for (var k = 0; k < _count; k += SymmetricKernels.RowBlock)
            {
                ref var updates = ref _pending.Span[k * _stride];
                SymmetricKernels.CopyTransposed(ref updates, _stride, ref _negatedByIndex.Span[k], Capacity, _rows, -1);
            }

            SymmetricKernels.SubtractOuter(
                ref _covariance.First, _rows, _stride, ref _pending.First, ref _negatedByIndex.First, Capacity, _count);
            _count = 0;
        }

        if (_inflation > 0)
        {
            RaiseDiagonal((float)_inflation);
            _inflation = 0;
        }
    }

    private void RaiseDiagonal(float amount)
    {
        var covariance = _covariance.Span;
        for (int i = 0, at = 0; i < Features; i++, at += _stride + 1)
        {
            covariance[at] = Math.Min(covariance[at] + amount, Math.Max(covariance[at], _priorVariance));
        }
    }
}
