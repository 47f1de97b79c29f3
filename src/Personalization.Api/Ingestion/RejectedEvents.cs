using System.Globalization;
using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion;

/// <summary>The list of what was rejected and quarantined, and its second chance.</summary>
internal sealed class RejectedEvents(IRejectedEventStore store, EventDoor door, SecondFold folds)
{
    private const int DefaultPageSize = 100;
    private const int MaxPageSize = 1000;
    private const int MaxReasonLength = 64;

    /// <summary>One page, newest first.</summary>
    public async Task<Wire.ListRejectedResponse> ListAsync(Wire.ListRejectedRequest request, CancellationToken cancellationToken)
    {
        var (filter, before, size) = Check(request);
        var stored = await store.ListAsync(filter, before, size + 1, cancellationToken);
        var response = new Wire.ListRejectedResponse();
        foreach (var one in stored.Take(size))
        {
            response.Events.Add(ToWire(one));
        }

        if (stored.Count > size)
        {
            response.NextPageToken = PageToken.Encode(FilterOf(request), stored[size - 1].Sequence.ToString(CultureInfo.InvariantCulture));
        }

        return response;
    }

    /// <summary>Tries some again; what is accepted, or was accepted before, leaves the list.</summary>
    public async Task<Wire.ReplayRejectedResponse> ReplayAsync(Wire.ReplayRejectedRequest request, CancellationToken cancellationToken)
    {
        var sequences = Check(request);
        var found = (await store.GetAsync([.. sequences.Distinct()], cancellationToken)).ToDictionary(static s => s.Sequence, static s => s.Event);
        var response = new Wire.ReplayRejectedResponse();
        var places = new List<int>(sequences.Length);
        var events = new List<Wire.Event>(sequences.Length);
        for (var i = 0; i < sequences.Length; i++)
        {
            if (IsForSecondFold(request.Items[i], found.GetValueOrDefault(sequences[i])))
            {
                response.Results.Add(new Wire.EventResult());
                continue;
            }

            var (replayed, refusal) = Choose(request.Items[i], found.GetValueOrDefault(sequences[i]));
            response.Results.Add(refusal is null ? new Wire.EventResult() : Refused(i, replayed?.EventId ?? string.Empty, refusal));
            if (refusal is null && replayed is not null)
            {
                places.Add(i);
                events.Add(replayed);
            }
        }

        var rules = new DoorRules
        {
            Field = "items",
            Member = "event",
            Places = [.. places],
            KeepsRejected = false,
            IsReleased = index => found[sequences[places[index]]].Status == IngestStatus.Quarantined,
        };
        var reply = await door.TakeAsync(events, rules, cancellationToken);
        response.ConsistencyToken = reply.ConsistencyToken;
        await ConcludeAsync(response, reply, sequences, cancellationToken);
        await FoldAgainAsync(request, response, sequences, found, cancellationToken);
        return response;
    }

    private static bool IsForSecondFold(Wire.ReplayItem item, RejectedEvent? kept) =>
        item.Event is null && kept is not null && SecondFold.IsFor(kept);

    private async ValueTask FoldAgainAsync(
        Wire.ReplayRejectedRequest request, Wire.ReplayRejectedResponse response, long[] sequences,
        Dictionary<long, RejectedEvent> found, CancellationToken cancellationToken)
    {
        for (var i = 0; i < sequences.Length; i++)
        {
            var kept = found.GetValueOrDefault(sequences[i]);
            if (kept is null || !IsForSecondFold(request.Items[i], kept))
            {
                continue;
            }

            var (result, position) = await folds.TakeAsync(new StoredRejectedEvent(sequences[i], kept), cancellationToken);
            result.Index = i;
            response.Results[i] = result;
            if (position is { } taken)
            {
                response.ConsistencyToken = ConsistencyToken.Join(response.ConsistencyToken, taken, folds.PartitionCount);
                await store.RemoveAsync([sequences[i]], cancellationToken);
            }
        }
    }

    private async ValueTask ConcludeAsync(
        Wire.ReplayRejectedResponse response, DoorReply reply, long[] sequences, CancellationToken cancellationToken)
    {
        var done = new List<long>();
        foreach (var result in reply.Results)
        {
            response.Results[result.Index] = result;
            if (result.Status is Wire.EventStatus.Accepted or Wire.EventStatus.Duplicate)
            {
                done.Add(sequences[result.Index]);
            }
        }

        if (done.Count > 0)
        {
            await store.RemoveAsync(done, cancellationToken);
        }
    }

    private static (Wire.Event? Replayed, RpcStatus? Refusal) Choose(Wire.ReplayItem item, RejectedEvent? kept)
    {
        if (kept is null)
        {
            return (item.Event, RpcErrors.NotFound("rejected event", item.RejectedId));
        }

        if (item.Event is { } mended)
        {
            return (mended, null);
        }

        return kept.Body.IsEmpty
            ? (new Wire.Event { EventId = kept.EventId }, RpcErrors.Make(
                StatusCode.FailedPrecondition, Reasons.BodyNotKept, "The event was not kept as it was sent; only a mended event can be replayed."))
            : (Wire.Event.Parser.ParseFrom(kept.Body.Span), null);
    }

    private static Wire.EventResult Refused(int index, string eventId, RpcStatus error) => new()
    {
        Index = index,
        EventId = eventId,
        Status = Wire.EventStatus.Rejected,
        Reason = (StatusCode)error.Code == StatusCode.NotFound ? Reasons.NotFound : Reasons.BodyNotKept,
        Error = error,
    };

    private static (RejectedEventFilter Filter, long Before, int Size) Check(Wire.ListRejectedRequest request)
    {
        var violations = new FieldViolations();
        if (request.Status is not (Wire.EventStatus.Unspecified or Wire.EventStatus.Rejected or Wire.EventStatus.Quarantined))
        {
            violations.Add("status", $"is {request.Status}; allowed: Rejected, Quarantined, or unset for both");
        }

        violations.Length("reason", request.Reason, 0, MaxReasonLength);
        var cursor = PageToken.Decode(FilterOf(request), request.PageToken, violations, "page_token");
        violations.ThrowIfAny();
        return (
            new RejectedEventFilter(
                request.Status == Wire.EventStatus.Unspecified ? null : (IngestStatus)request.Status,
                request.Reason.Length == 0 ? null : request.Reason),
            cursor.Length == 0 ? long.MaxValue : long.Parse(cursor, CultureInfo.InvariantCulture),
            request.PageSize == 0 ? DefaultPageSize : Math.Clamp(request.PageSize, 1, MaxPageSize));
    }

    private static long[] Check(Wire.ReplayRejectedRequest request)
    {
        var violations = new FieldViolations();
        var sequences = new long[request.Items.Count];
        if (violations.Count("items", request.Items.Count, 1, EventDoor.MaxBatch))
        {
            for (var i = 0; i < sequences.Length; i++)
            {
                if (!long.TryParse(request.Items[i].RejectedId, NumberStyles.None, CultureInfo.InvariantCulture, out sequences[i]))
                {
                    using var _ = violations.In("items", i);
                    violations.Add("rejected_id", "is not the name of a rejected event; allowed: rejected_id of ListRejected");
                }
            }
        }

        violations.ThrowIfAny();
        return sequences;
    }

    private static Wire.RejectedEvent ToWire(StoredRejectedEvent stored) => new()
    {
        RejectedId = stored.Sequence.ToString(CultureInfo.InvariantCulture),
        RejectedAt = TimeMapping.ToTimestamp(stored.Event.At),
        Status = (Wire.EventStatus)stored.Event.Status,
        Reason = stored.Event.Reason,
        Detail = stored.Event.Detail,
        Event = stored.Event.Body.IsEmpty || SecondFold.IsFor(stored.Event) ? null : Wire.Event.Parser.ParseFrom(stored.Event.Body.Span),
    };

    private static string FilterOf(Wire.ListRejectedRequest request) => $"rejected {(int)request.Status} {request.Reason}";
}
