namespace Personalization.Domain.Statistics;

/// <summary>
/// The Kalman filter of a scalar Ornstein–Uhlenbeck process that several sources measure, some of which are off by a constant
/// of their own: it learns the process and the offsets together, and how each error goes with the others.
/// </summary>
/// <remarks>
/// The state is [x, c, δ₁ … δₙ]: the process, an error that all measurements of an occasion share, and the offsets. Between
/// occasions x moves as in <see cref="OrnsteinUhlenbeckFilter"/> and c is drawn anew; offsets stay. A measurement of source s is
/// y = x + c + δₛ + ε. With h the row that picks those, S = hPhᵀ + V, K = Phᵀ/S: m ← m + K(y − hm), P ← P − KSKᵀ (Kalman, J.
/// Basic Eng. 82, 1960). Without offsets and shared errors it is the scalar filter.
/// </remarks>
internal ref struct OffsetFilter
{
    private const int Process = 0;
    private const int Occasion = 1;
    private const int FirstOffset = 2;

    private readonly double _mean;
    private readonly double _variance;
    private readonly Span<double> _state;
    private readonly Span<double> _covariance;
    private readonly int _size;

    /// <summary>A filter that has measured nothing.</summary>
    /// <param name="rest">μ and σ² of the process.</param>
    /// <param name="offsets">What is known of each offset, by number.</param>
    /// <param name="room">Room to work in: <see cref="Room"/> numbers.</param>
    public OffsetFilter(GaussianEstimate rest, ReadOnlySpan<GaussianEstimate> offsets, Span<double> room)
    {
        (_mean, _variance, _size) = (rest.Mean, rest.Variance, FirstOffset + offsets.Length);
        _state = room[.._size];
        _covariance = room.Slice(_size, _size * _size);
        _state.Clear();
        _covariance.Clear();
        (_state[Process], Covariance(Process, Process)) = (rest.Mean, rest.Variance);
        for (var i = 0; i < offsets.Length; i++)
        {
            (_state[FirstOffset + i], Covariance(FirstOffset + i, FirstOffset + i)) = (offsets[i].Mean, offsets[i].Variance);
        }
    }

    /// <summary>The process right now.</summary>
    public readonly GaussianEstimate Now => new(_state[Process], Covariance(Process, Process));

    /// <summary>How much room a filter of so many offsets needs, in numbers.</summary>
    public static int Room(int offsets) => (FirstOffset + offsets) * (FirstOffset + offsets + 1);

    /// <summary>What is known of an offset.</summary>
    public readonly GaussianEstimate Offset(int number) => new(_state[FirstOffset + number], Covariance(FirstOffset + number, FirstOffset + number));

    /// <summary>Lets time pass, as <see cref="OrnsteinUhlenbeckFilter.Forget"/>, and begins another occasion.</summary>
    /// <param name="kept">φ = e^(−Δ/τ), in [0, 1].</param>
    /// <param name="shared">The variance of the error that the occasion's measurements share, not negative.</param>
    public readonly void Forget(double kept, double shared)
    {
        _state[Process] = _mean + (kept * (_state[Process] - _mean));
        for (var i = 1; i < _size; i++)
        {
            Covariance(Process, i) = Covariance(i, Process) = kept * Covariance(Process, i);
        }

        Covariance(Process, Process) = _variance + (kept * kept * (Covariance(Process, Process) - _variance));
        _state[Occasion] = 0;
        for (var i = 0; i < _size; i++)
        {
            Covariance(Occasion, i) = Covariance(i, Occasion) = 0;
        }

        Covariance(Occasion, Occasion) = shared;
    }

    /// <summary>Takes in a measurement of right now.</summary>
    /// <param name="offset">The source's offset, by number; −1 for a source that has none.</param>
    /// <param name="value">y.</param>
    /// <param name="noise">V, positive.</param>
    public readonly void Measure(int offset, double value, double noise)
    {
        Span<double> shared = stackalloc double[_size];
        for (var i = 0; i < _size; i++)
        {
            shared[i] = Covariance(i, Process) + Covariance(i, Occasion) + (offset >= 0 ? Covariance(i, FirstOffset + offset) : 0);
        }

        var expected = _state[Process] + _state[Occasion] + (offset >= 0 ? _state[FirstOffset + offset] : 0);
        var spread = shared[Process] + shared[Occasion] + (offset >= 0 ? shared[FirstOffset + offset] : 0) + noise;
        for (var i = 0; i < _size; i++)
        {
            var gain = shared[i] / spread;
            _state[i] += gain * (value - expected);
            for (var j = 0; j < _size; j++)
            {
                Covariance(i, j) -= gain * shared[j];
            }
        }
    }

    private readonly ref double Covariance(int row, int column) => ref _covariance[(row * _size) + column];
}
