using System.Buffers;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Interventions;

/// <summary>
/// What one shopper has been offered, and which decisions still wait for their outcome. Part of the user's state; bounded.
/// </summary>
public sealed class InterventionHistory
{
    private const int MaxDecisions = 32;
    private readonly List<Entry> _entries = [];

    /// <summary>Whether nothing is remembered.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>When an action was last taken; null for never.</summary>
    public DateTimeOffset? LastAt(InterventionAction action)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Action == action)
            {
                return _entries[i].At;
            }
        }

        return null;
    }

    /// <summary>How many actions other than nothing were taken since a moment.</summary>
    public int CountSince(DateTimeOffset since)
    {
        var count = 0;
        foreach (var entry in _entries)
        {
            count += entry.Action != InterventionAction.Nothing && entry.At > since ? 1 : 0;
        }

        return count;
    }

    /// <summary>Remembers a decision. One that it has already changes nothing.</summary>
    public void Add(string decisionId, InterventionAction action, InterventionContext context, DateTimeOffset at)
    {
        if (Find(decisionId) >= 0)
        {
            return;
        }

        if (_entries.Count == MaxDecisions)
        {
            _entries.RemoveAt(0);
        }

        _entries.Add(new Entry(decisionId, action, context, at, Told: false, Converted: false));
    }

    /// <summary>Whether a decision is known, and whether its outcome still teaches.</summary>
    /// <returns>Null when it is not known.</returns>
    public bool? IsOpen(string decisionId, DateTimeOffset now, TimeSpan window) =>
        Find(decisionId) is var i and >= 0 ? now - _entries[i].At <= window : null;

    /// <summary>Joins an outcome to its decision.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="occurredAt">When it happened.</param>
    /// <param name="offset">Its offset in the log.</param>
    /// <param name="window">How long outcomes teach.</param>
    /// <param name="lesson">What it teaches.</param>
    public InterventionJoin Join(
        InterventionOutcomePayload outcome, DateTimeOffset occurredAt, long offset, TimeSpan window, out InterventionLesson lesson)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        lesson = default;
        var i = Find(outcome.DecisionId);
        if (i < 0)
        {
            return InterventionJoin.Unknown;
        }

        var entry = _entries[i];
        if (occurredAt - entry.At > window)
        {
            return InterventionJoin.Late;
        }

        // What was never shown says nothing of what it does; doing nothing needs no showing.
        if (!outcome.Shown && entry.Action != InterventionAction.Nothing)
        {
            return InterventionJoin.Joined;
        }

        var converted = entry.Converted || outcome.Converted;
        _entries[i] = entry with { Told = true, Converted = converted };
        lesson = new InterventionLesson(
            offset, entry.Action, entry.Context,
            Shown: entry.Told ? (sbyte)0 : (sbyte)1,
            Converted: converted && !entry.Converted ? (sbyte)1 : (sbyte)0,
            Cost: (double)outcome.Cost,
            Day: InterventionModel.DayOf(occurredAt));
        return lesson is { Shown: 0, Converted: 0, Cost: 0 } ? InterventionJoin.Joined : InterventionJoin.Teaches;
    }

    /// <summary>Takes in what another key of the same shopper has had.</summary>
    public void Absorb(InterventionHistory other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var entry in other._entries.Where(entry => Find(entry.DecisionId) < 0))
        {
            _entries.Add(entry);
        }

        _entries.Sort(static (a, b) => a.At.CompareTo(b.At));
        if (_entries.Count > MaxDecisions)
        {
            _entries.RemoveRange(0, _entries.Count - MaxDecisions);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>Writes the history.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt((ulong)_entries.Count);
        foreach (var entry in _entries)
        {
            writer.Text(entry.DecisionId);
            writer.Byte((byte)entry.Action);
            writer.Byte(entry.Context.Number);
            writer.Time(entry.At);
            writer.Bool(entry.Told);
            writer.Bool(entry.Converted);
        }
    }

    /// <summary>Writes a history that remembers nothing.</summary>
    public static void WriteEmpty(StateWriter writer) => writer.UInt(0);

    /// <summary>Reads a history.</summary>
    public static InterventionHistory Read(ref StateReader reader)
    {
        var history = new InterventionHistory();
        for (var left = reader.Count(6); left > 0; left--)
        {
            history._entries.Add(new Entry(
                reader.Text(), (InterventionAction)reader.Byte(), InterventionContext.OfNumber(reader.Byte()),
                reader.Time(), reader.Bool(), reader.Bool()));
        }

        return history;
    }

    private int Find(string decisionId) => _entries.FindIndex(entry => entry.DecisionId == decisionId);

    private readonly record struct Entry(
        string DecisionId, InterventionAction Action, InterventionContext Context, DateTimeOffset At, bool Told, bool Converted);
}

/// <summary>How an outcome was joined.</summary>
public enum InterventionJoin : byte
{
    /// <summary>It was joined, and there is a lesson in it.</summary>
    Teaches = 0,
    /// <summary>It was joined, and says nothing new.</summary>
    Joined = 1,
    /// <summary>Its decision is too long ago to learn from.</summary>
    Late = 2,
    /// <summary>There is no such decision.</summary>
    Unknown = 3,
}
