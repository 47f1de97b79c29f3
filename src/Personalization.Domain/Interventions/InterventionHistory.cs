using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Interventions;

/// <summary>
/// What one shopper has been offered, and which decisions still wait for their outcome. Part of the user's state; bounded.
/// </summary>
/// <remarks>
/// What was offered when is kept apart from the decisions that wait: a shopper who looks into the cart again and again makes
/// many decisions to do nothing, and neither cooldown nor cap may be forgotten over them.
/// </remarks>
public sealed class InterventionHistory
{
    private const int MaxDecisions = 32;

    // What the first format began with is a number of decisions, at most 32: a mark above that tells the formats apart.
    private const ulong FormatMark = 64;
    private const ulong Format = 2;

    private readonly List<Entry> _entries = [];
    private readonly OfferLog _offers = new();

    /// <summary>Whether nothing is remembered.</summary>
    public bool IsEmpty => _entries.Count == 0 && _offers.IsEmpty;

    /// <summary>When an action other than nothing was last taken; null for never.</summary>
    public DateTimeOffset? LastAt(InterventionAction action) => _offers.LastAt(action);

    /// <summary>
    /// How many actions other than nothing were taken since a moment that lies at most a day before the last of them; of more
    /// than 100, at least 100.
    /// </summary>
    public int CountSince(DateTimeOffset since) => _offers.CountSince(since);

    /// <summary>Remembers a decision. One that it has already changes nothing.</summary>
    public void Add(string decisionId, InterventionAction action, InterventionContext context, DateTimeOffset at)
    {
        _offers.Add(decisionId, action, at);
        if (Find(decisionId) < 0)
        {
            _entries.Add(new Entry(decisionId, action, context, at, Told: false, Converted: false));
            MakeRoom();
        }
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
        _offers.Absorb(other._offers);
        foreach (var entry in other._entries.Where(entry => Find(entry.DecisionId) < 0))
        {
            _entries.Add(entry);
        }

        _entries.Sort(static (a, b) => a.At.CompareTo(b.At));
        MakeRoom();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _entries.Clear();
        _offers.Clear();
    }

    /// <summary>Writes the history.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt(FormatMark + Format);
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

        _offers.Write(writer);
    }

    /// <summary>Writes a history that remembers nothing.</summary>
    public static void WriteEmpty(StateWriter writer) => writer.UInt(0);

    /// <summary>Reads a history.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static InterventionHistory Read(ref StateReader reader)
    {
        var history = new InterventionHistory();
        var first = reader.UInt();
        if (first <= MaxDecisions)
        {
            history.ReadEntries(ref reader, (int)first);

            // Then the decisions were all that was known of what had been offered.
            foreach (var entry in history._entries)
            {
                history._offers.Add(entry.DecisionId, entry.Action, entry.At);
            }
        }
        else if (first == FormatMark + Format)
        {
            history.ReadEntries(ref reader, reader.Count(6));
            history._offers.Read(ref reader);
        }
        else
        {
            throw new FormatException($"A history of interventions begins with {first}; this version reads formats 1 to {Format}.");
        }

        return history;
    }

    private void ReadEntries(ref StateReader reader, int count)
    {
        for (; count > 0; count--)
        {
            _entries.Add(new Entry(
                reader.Text(), (InterventionAction)reader.Byte(), InterventionContext.OfNumber(reader.Byte()),
                reader.Time(), reader.Bool(), reader.Bool()));
        }
    }

    /// <summary>Lets the oldest decisions go: of those to do nothing first, as long as they are more than half.</summary>
    private void MakeRoom()
    {
        while (_entries.Count > MaxDecisions)
        {
            var idle = _entries.Count(static entry => entry.Action == InterventionAction.Nothing);
            _entries.RemoveAt(Oldest(nothing: idle > MaxDecisions / 2));
        }
    }

    private int Oldest(bool nothing)
    {
        var oldest = -1;
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (entry.Action == InterventionAction.Nothing == nothing && (oldest < 0 || entry.At < _entries[oldest].At))
            {
                oldest = i;
            }
        }

        return oldest;
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
