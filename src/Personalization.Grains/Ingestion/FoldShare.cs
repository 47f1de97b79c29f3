namespace Personalization.Grains.Ingestion;

/// <summary>
/// What share of the time folding may take, by how long work waits for a processor. While there are moments at which nothing
/// waits, all of it. When for a while all work has waited longer than a few milliseconds, folding is what gives way: an
/// acknowledgement and a recommendation have somebody waiting for them, a fold has none, and its log keeps what it has not
/// done. It never stops altogether.
/// </summary>
/// <remarks>
/// The least delay of an interval, not the length of the queue or one long delay, tells that there is too much: a burst, or
/// a pause for garbage, leaves a queue that empties by itself (Nichols, Jacobson: "Controlling queue delay", ACM Queue
/// 2012). The share falls by a factor and rises by a step (additive increase, multiplicative decrease: Chiu, Jain 1989). Safe
/// for concurrent use.
/// </remarks>
/// <param name="time">The clock.</param>
public sealed class FoldShare(TimeProvider time)
{
    /// <summary>The least share.</summary>
    public const double Least = 0.05;

    /// <summary>How long work may wait before folding gives way.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    /// <summary>For how long it must have waited as long.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private const double Fall = 0.8;
    private const double Rise = 0.1;
    private static readonly TimeSpan s_longestRest = TimeSpan.FromMilliseconds(20);
    private readonly Lock _lock = new();
    private double _share = 1;
    private long _began = time.GetTimestamp();
    private TimeSpan _least = TimeSpan.MaxValue;

    /// <summary>The share now, from <see cref="Least"/> to 1.</summary>
    public double Now
    {
        get
        {
            lock (_lock)
            {
                return _share;
            }
        }
    }

    /// <summary>Takes in how long a piece of work has just waited for a processor.</summary>
    /// <param name="delay">How long; not negative.</param>
    public void Observe(TimeSpan delay)
    {
        lock (_lock)
        {
            _least = delay < _least ? delay : _least;
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_began, now) >= Interval)
            {
                _share = _least > Patience ? Math.Max(Least, _share * Fall) : Math.Min(1, _share + Rise);
                _began = now;
                _least = TimeSpan.MaxValue;
            }
        }
    }

    /// <summary>How long to rest after folding, so that both together keep to the share; at most 20 ms, for an event's way to its shopper goes through it.</summary>
    /// <param name="folded">How long folding took.</param>
    public TimeSpan RestAfter(TimeSpan folded)
    {
        var rest = folded * ((1 / Now) - 1);
        return rest < s_longestRest ? rest : s_longestRest;
    }
}
