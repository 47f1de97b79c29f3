namespace Personalization.Grains.Operations;

/// <summary>
/// The last decisions made in this process, for people to look at: a ring that is overwritten, never a record.
/// Writers never wait for readers.
/// </summary>
public sealed class RecentDecisions
{
    private const int Capacity = 64;
    private static readonly long s_pause = TimeSpan.FromMilliseconds(50).Ticks;
    private readonly RecentDecision?[] _ring = new RecentDecision?[Capacity];
    private long _next = -1;
    private long _lastTicks;

    /// <summary>
    /// Whether a decision of this moment is wanted. Under load most are not: nobody reads thousands a second, and describing
    /// them would cost each decision something.
    /// </summary>
    public bool Wants(DateTimeOffset now)
    {
        var last = Interlocked.Read(ref _lastTicks);
        return now.UtcTicks - last >= s_pause && Interlocked.CompareExchange(ref _lastTicks, now.UtcTicks, last) == last;
    }

    /// <summary>Adds a decision.</summary>
    public void Add(RecentDecision decision)
    {
        var slot = Interlocked.Increment(ref _next);
        Volatile.Write(ref _ring[slot % Capacity], decision);
    }

    /// <summary>The last decisions, newest first.</summary>
    /// <param name="max">At most so many; no more than 64 are kept.</param>
    public IReadOnlyList<RecentDecision> Latest(int max)
    {
        var newest = Interlocked.Read(ref _next);
        var found = new List<RecentDecision>(Math.Min(max, Capacity));
        for (var slot = newest; slot >= 0 && slot > newest - Capacity && found.Count < max; slot--)
        {
            if (Volatile.Read(ref _ring[slot % Capacity]) is { } decision)
            {
                found.Add(decision);
            }
        }

        return found;
    }
}

/// <summary>One decision, in short.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Kind">recommend, rank or intervene.</param>
/// <param name="User">For whom: a pseudonym, never the shop's id.</param>
/// <param name="What">The first items of the slate, or the action.</param>
/// <param name="Propensity">Probability of the slate's first item, or of the action.</param>
/// <param name="Valence">The mood it was made in, [−1, 1].</param>
/// <param name="Policy">name@version.</param>
/// <param name="Degraded">Reason codes joined by commas; empty when whole.</param>
public sealed record RecentDecision(
    DateTimeOffset At, string Kind, string User, string What, double Propensity, double Valence, string Policy, string Degraded);
