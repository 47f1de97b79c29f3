using System.Globalization;
using Grpc.Core;
using Personalization.Api.Consent;
using Personalization.Api.Errors;
using Personalization.Api.Profiles;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Api.Ingestion;

/// <summary>
/// The second chance of an event that was accepted and could not be folded in: it is appended again as the log had it, under
/// an id that its number among the rejected makes. So it is folded in at most once more, however often that is asked for.
/// </summary>
internal sealed class SecondFold(IEventLog log, IConsentDirectory consents, IIdentityDirectory identities, BacklogGate backlog)
{
    /// <summary>Partitions of the log.</summary>
    public int PartitionCount => log.PartitionCount;

    /// <summary>Whether an event is one of these, and was kept.</summary>
    public static bool IsFor(RejectedEvent kept) => kept.Reason == RejectedEvent.FoldFailed && !kept.Body.IsEmpty;

    /// <summary>Appends it.</summary>
    /// <param name="kept">The event.</param>
    /// <returns>What became of it, and where it is; nowhere when it was refused.</returns>
    /// <exception cref="EventLogOverloadedException">The log has too much waiting; it was not taken.</exception>
    /// <exception cref="TooFarBehindException">Too much is not folded in yet; it was not taken.</exception>
    public async ValueTask<(Wire.EventResult Result, LogPosition? Position)> TakeAsync(StoredRejectedEvent kept, CancellationToken cancellationToken)
    {
        var source = EventCodec.Decode(kept.Event.Body.Span);
        var user = await identities.CanonicalAsync(source.User, cancellationToken);
        var result = new Wire.EventResult { EventId = kept.Event.EventId };
        if (Modalities.Of(source.Payload.Kind) is { } modality
            && !(await consents.PermissionsOfAsync(user, cancellationToken)).Has(modality))
        {
            EngineMeters.PayloadsWithoutConsent.Add(1);
            result.Status = Wire.EventStatus.Rejected;
            result.Reason = Reasons.NoConsent;
            result.Error = RpcErrors.Make(
                StatusCode.FailedPrecondition, Reasons.NoConsent, $"The shopper has not consented to {modality} for personalization.");
            return (result, null);
        }

        backlog.ThrowIfTooFarBehind();
        var body = EventCodec.Encode(source with { User = user }, out var fingerprint);
        var id = string.Create(CultureInfo.InvariantCulture, $"fold-again:{kept.Sequence}");
        var appended = (await log.AppendAsync([new LogEntry(user, id, fingerprint, body)], cancellationToken))[0];

        // The number is the store's own: whatever is in the log under it is this event.
        result.Status = appended.Status == AppendStatus.Accepted ? Wire.EventStatus.Accepted : Wire.EventStatus.Duplicate;
        return (result, appended.Position);
    }
}
