using Google.Protobuf;
using Personalization.Api.Errors;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion;

/// <summary>A batch that has been looked at and not yet appended: what goes to the log, what is turned away, and the results so far.</summary>
internal sealed class PreparedBatch(IReadOnlyList<Wire.Event> events, DoorRules rules, DateTimeOffset now)
{
    private readonly List<LogEntry> _entries = new(events.Count);
    private readonly int[] _indexOfEntry = new int[events.Count];
    private List<RejectedEvent>? _turnedAway;

    /// <summary>How the batch is let in.</summary>
    public DoorRules Rules => rules;

    /// <summary>The results so far, one per event; events that go to the log have none of a kind yet.</summary>
    public Wire.EventResult[] Results { get; } = new Wire.EventResult[events.Count];

    /// <summary>What goes to the log.</summary>
    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>What is kept of the events turned away.</summary>
    public IReadOnlyList<RejectedEvent> TurnedAway => _turnedAway is null ? [] : _turnedAway;

    /// <summary>Payloads dropped unread.</summary>
    public int WithoutConsent { get; private set; }

    /// <summary>The place in the batch of an entry.</summary>
    public int IndexOf(int entry) => _indexOfEntry[entry];

    /// <summary>An event goes to the log.</summary>
    public Wire.EventResult Admit(int index, in LogEntry entry)
    {
        _indexOfEntry[_entries.Count] = index;
        _entries.Add(entry);
        return Results[index] = new Wire.EventResult { Index = rules.PlaceOf(index), EventId = events[index].EventId, Status = Wire.EventStatus.Accepted };
    }

    /// <summary>An event is turned away.</summary>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="user">Whose it is; default when nobody knows.</param>
    /// <param name="status">Rejected or quarantined.</param>
    /// <param name="reason">The reason code.</param>
    /// <param name="error">What the caller is told.</param>
    /// <param name="keepsBody">Whether the event may be kept as it was sent.</param>
    public void TurnAway(int index, UserKey user, IngestStatus status, string reason, RpcStatus error, bool keepsBody)
    {
        var sent = events[index];
        Results[index] = new Wire.EventResult
        {
            Index = rules.PlaceOf(index), EventId = sent.EventId, Status = (Wire.EventStatus)status, Reason = reason, Error = error,
        };
        WithoutConsent += reason == Reasons.NoConsent ? 1 : 0;
        if (!rules.KeepsRejected || rules.DryRun)
        {
            return;
        }

        var id = sent.EventId.Length <= Validation.Rules.IdLength ? sent.EventId : sent.EventId[..Validation.Rules.IdLength];
        ReadOnlyMemory<byte> body = keepsBody ? sent.ToByteArray() : default;
        (_turnedAway ??= []).Add(new RejectedEvent(id, user.ToString(), status, reason, error.Message, now, body));
    }

    /// <summary>The log has another event under the id of an entry.</summary>
    public void RefuseReusedId(int entry)
    {
        var index = IndexOf(entry);
        var sent = events[index];
        var error = RpcErrors.Make(
            Grpc.Core.StatusCode.AlreadyExists, Reasons.EventIdReused, $"event_id '{sent.EventId}' was used for another event of this shopper.");
        TurnAway(index, _entries[entry].User, IngestStatus.Rejected, Reasons.EventIdReused, error, !EventMapper.HasRawBiometrics(sent));
    }
}
