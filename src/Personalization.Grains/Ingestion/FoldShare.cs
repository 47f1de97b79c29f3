namespace Personalization.Grains.Ingestion;

/// <summary>
/// What share of the time folding may take, by how long work waits for a processor. While nobody waits for a call, all of it.
/// When for a while most work has had to wait, and calls with it, folding is what gives way: an acknowledgement and a
/// recommendation have somebody waiting for them, a fold has none, and its log keeps what it has not done. It never stops
/// altogether.
/// </summary>
/// <remarks>
/// What most work of an interval has met, not the length of the queue or one long delay, tells that there is too much: a burst, or
/// a pause for garbage, leaves a queue that empties by itself (compare Nichols, Jacobson: "Controlling queue delay", ACM
/// Queue 2012). The share falls by a larger factor than it rises by, so it settles where most work waits in few intervals. Safe for
/// concurrent use.
/// </remarks>
/// <param name="time">The clock.</param>
public sealed class FoldShare(TimeProvider time)
{
    /// <summary>The least share.</summary>
    public const double Least = 0.05;

    /// <summary>How many pieces of work tell something; fewer may have met one pause.</summary>
    public const int Fewest = 4;

    /// <summary>How long work may wait before folding gives way.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    /// <summary>For how long most of it must have waited as long.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private const double Fall = 0.6;
    private const double Rise = 1.15;
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private double _share = 1;
    private long _began = time.GetTimestamp();
    private int _observed;
    private int _late;
    private bool _anyWaited;

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
    /// <param name="isWaitedFor">Whether there are calls that somebody waits for, and that wait as long.</param>
    public void Observe(TimeSpan delay, bool isWaitedFor)
    {
        lock (_lock)
        {
            _observed++;
            _anyWaited |= isWaitedFor;
            _late += isWaitedFor && delay > Patience ? 1 : 0;
            var now = time.GetTimestamp();
            if (_observed >= Fewest && time.GetElapsedTime(_began, now) >= Interval)
            {
                _share = !_anyWaited ? 1 : 2 * _late > _observed ? Math.Max(Least, _share * Fall) : Math.Min(1, _share * Rise);
                _began = now;
                (_observed, _late, _anyWaited) = (0, 0, false);
            }
        }
    }

    /// <summary>How long to rest after folding, so that both together keep to the share; at most a second.</summary>
    /// <param name="folded">How long folding took.</param>
    public TimeSpan RestAfter(TimeSpan folded)
    {
        var rest = folded * ((1 / Now) - 1);
        return rest < s_longestRest ? rest : s_longestRest;
    }
}
