using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion;

/// <summary>Writes events that are not sent as such: outcomes, changes of consent, merges and deletions.</summary>
internal sealed class EventWriter(IEventLog log)
{
    /// <summary>The log's entry for an event.</summary>
    /// <param name="value">The event.</param>
    /// <param name="isTimed">Whether the caller said when it happened: a time of ours is no part of what tells a retry from another event.</param>
    public static LogEntry ToEntry(ShopperEvent value, bool isTimed)
    {
        var body = EventCodec.Encode(value, out var fingerprint);
        if (!isTimed)
        {
            fingerprint = EventCodec.Fingerprint(value with { OccurredAt = DateTimeOffset.UnixEpoch });
        }

        return new LogEntry(value.User, value.EventId, fingerprint, body);
    }

    /// <summary>Appends one of the engine's own events.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="eventId">The same whenever the same thing is written again.</param>
    /// <param name="payload">What happened.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Where it is, now or from before.</returns>
    /// <exception cref="EventLogOverloadedException">The log has too much waiting; it was not appended.</exception>
    public async ValueTask<LogPosition> AppendAsync(
        UserKey user, string eventId, EventPayload payload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var entry = ToEntry(
            new ShopperEvent { EventId = eventId, User = user, OccurredAt = now, ReceivedAt = now, Payload = payload }, isTimed: false);
        var results = await log.AppendAsync([entry], cancellationToken);
        return results[0].Status == AppendStatus.IdReused
            ? throw new InvalidOperationException($"The id '{eventId}' of an event of the engine was used for another one.")
            : results[0].Position;
    }
}
