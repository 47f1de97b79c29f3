namespace Personalization.Domain.Ingestion;

/// <summary>Keeps what was rejected or quarantined, so that people can look at it and replay it once its cause is mended.</summary>
public interface IRejectedEventStore
{
    /// <summary>Keeps some; durable when it completes.</summary>
    ValueTask AddAsync(IReadOnlyList<RejectedEvent> events, CancellationToken cancellationToken);

    /// <summary>Lists, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="beforeSequence">Only those with a smaller sequence; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="maxEvents">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<StoredRejectedEvent>> ListAsync(
        RejectedEventFilter filter, long beforeSequence, int maxEvents, CancellationToken cancellationToken);

    /// <summary>Finds by sequence; those that are not there are left out.</summary>
    ValueTask<IReadOnlyList<StoredRejectedEvent>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken);

    /// <summary>Removes those that were replayed with success.</summary>
    ValueTask RemoveAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken);

    /// <summary>Removes everything kept of a user.</summary>
    /// <returns>How many were removed.</returns>
    ValueTask<int> RemoveUserAsync(UserKey user, CancellationToken cancellationToken);
}

/// <summary>Which rejected events.</summary>
/// <param name="Status">Only of this status; null for both.</param>
/// <param name="Reason">Only of this reason code; null for all.</param>
public readonly record struct RejectedEventFilter(IngestStatus? Status, string? Reason);

/// <summary>An event that was not accepted.</summary>
/// <param name="EventId">The caller's id; may be empty, for that may be why.</param>
/// <param name="User">Whose; the text form of the user key, or empty when it had none.</param>
/// <param name="Status"><see cref="IngestStatus.Rejected"/> or <see cref="IngestStatus.Quarantined"/>.</param>
/// <param name="Reason">The reason code, such as <c>INVALID_FIELD</c>.</param>
/// <param name="Detail">What is wrong, for a person: the field, the value's problem, the allowed range.</param>
/// <param name="At">When it was turned away.</param>
/// <param name="Body">
/// The event as the caller sent it (wire form). Empty when it may not be kept: no consent, or raw biometrics. Of one that was
/// accepted and could not be folded in (<see cref="FoldFailed"/>), the event as the log has it (<see cref="EventCodec"/>).
/// </param>
public sealed record RejectedEvent(
    string EventId, string User, IngestStatus Status, string Reason, string Detail, DateTimeOffset At, ReadOnlyMemory<byte> Body)
{
    /// <summary>The reason of events that were accepted and could not be folded into their shoppers.</summary>
    public const string FoldFailed = "FOLD_FAILED";
}

/// <summary>A kept rejected event.</summary>
/// <param name="Sequence">Its number in the store, growing.</param>
/// <param name="Event">The event.</param>
public readonly record struct StoredRejectedEvent(long Sequence, RejectedEvent Event);

/// <summary>What became of an event at the door. Stored as a number: never reuse or renumber a value.</summary>
public enum IngestStatus : byte
{
    /// <summary>It is durable in the log.</summary>
    Accepted = 1,
    /// <summary>It was durable already.</summary>
    Duplicate = 2,
    /// <summary>It was not accepted; sending it again unchanged will not help.</summary>
    Rejected = 3,
    /// <summary>It was set aside: it may be right but looks wrong; a person or a rule decides.</summary>
    Quarantined = 4,
}
