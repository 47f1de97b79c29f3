namespace Personalization.Grains.Ingestion;

/// <summary>
/// What share of the time folding may take, by how long work waits for a processor. While nothing waits, all of it. When
/// work waits longer than a few milliseconds, folding is what gives way: an acknowledgement and a recommendation have
/// somebody waiting for them, a fold has none, and its log keeps what it has not done. It never stops altogether.
/// </summary>
/// <remarks>
/// The delay in the queue, not its length, tells that there is too much (Nichols, Jacobson: "Controlling queue delay", ACM
/// Queue 2012); the share falls by a factor and rises by a step (additive increase, multiplicative decrease: Chiu, Jain 1989).
/// Safe for concurrent use.
/// </remarks>
public sealed class FoldShare
{
    /// <summary>The least share.</summary>
    public const double Least = 0.05;

    /// <summary>How long work may wait before folding gives way.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private const double Fall = 0.8;
    private const double Rise = 0.05;
    private static readonly TimeSpan s_longestRest = TimeSpan.FromMilliseconds(20);
    private readonly Lock _lock = new();
    private double _share = 1;

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
            _share = delay > Patience ? Math.Max(Least, _share * Fall) : Math.Min(1, _share + Rise);
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
