namespace Personalization.Domain.Statistics;

/// <summary>A quantity that is known up to a normal error.</summary>
/// <param name="Mean">The best guess.</param>
/// <param name="Variance">Its mean squared error, not negative.</param>
public readonly record struct GaussianEstimate(double Mean, double Variance)
{
    /// <summary>The square root of the variance.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);
}

/// <summary>
/// The Kalman filter of a scalar Ornstein–Uhlenbeck process, which wanders about a mean μ with stationary variance σ² and
/// forgets with time constant τ: corr(x(s), x(t)) = e^(−|s − t|/τ). Feed it measurements in order of time.
/// </summary>
/// <remarks>
/// Between measurements, with φ = e^(−Δ/τ): m ← μ + φ(m − μ), P ← σ² + φ²(P − σ²). At a measurement y of noise variance
/// V: K = P/(P + V), m ← m + K(y − m), P ← (1 − K)P. Uhlenbeck and Ornstein, Phys. Rev. 36 (1930); Kalman, J. Basic Eng.
/// 82 (1960). The mean is always a convex combination of μ and the measurements.
/// </remarks>
/// <param name="mean">μ.</param>
/// <param name="variance">σ², positive.</param>
/// <param name="timeConstant">τ, positive, in the unit of every time given later.</param>
public struct OrnsteinUhlenbeckFilter(double mean, double variance, double timeConstant)
{
    private readonly double _mean = mean;
    private readonly double _variance = variance;
    private readonly double _perTime = 1 / timeConstant;
    private double _estimate = mean;
    private double _error = variance;
    private double _time = double.NegativeInfinity;

    /// <summary>Takes in a measurement.</summary>
    /// <param name="time">When; not before the last one.</param>
    /// <param name="value">What was measured.</param>
    /// <param name="noise">The variance of its error, not negative.</param>
    public void Measure(double time, double value, double noise)
    {
        Elapse(time);
        Measure(value, noise);
    }

    /// <summary>Takes in a measurement of right now.</summary>
    public void Measure(double value, double noise)
    {
        // What is known exactly already is not moved, not even by what is as exact.
        var gain = _error > 0 ? _error / (_error + noise) : 0;
        _estimate += gain * (value - _estimate);
        _error *= 1 - gain;
    }

    /// <summary>Lets time pass that is told by what it leaves of the correlation: for several filters that share a clock.</summary>
    /// <param name="kept">φ = e^(−Δ/τ), in [0, 1].</param>
    public void Forget(double kept)
    {
        _estimate = _mean + (kept * (_estimate - _mean));
        _error = _variance + (kept * kept * (_error - _variance));
    }

    /// <summary>What is known right now.</summary>
    public readonly GaussianEstimate Now => new(_estimate, _error);

    /// <summary>What is known as of a time that is not before the last measurement.</summary>
    public GaussianEstimate At(double time)
    {
        Elapse(time);
        return Now;
    }

    private void Elapse(double time)
    {
        // The first measurement meets the stationary prior, whenever it comes.
        if (time > _time)
        {
            Forget(Math.Exp((_time - time) * _perTime));
            _time = time;
        }
    }
}
