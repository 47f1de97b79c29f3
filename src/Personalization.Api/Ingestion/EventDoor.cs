using System.Buffers;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Consent;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion.Quarantine;
using Personalization.Api.Profiles;
using Personalization.Api.Validation;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Api.Ingestion;

/// <summary>
/// Where events come in. Each is checked, given to the user it belongs to, held against the user's consents before it is
/// read, reduced (no raw face or voice goes further), looked at for spam and broken clocks, and appended to the log with
/// the rest of its batch. Pictures of faces are looked at last, when all else is in order. One bad event never fails its batch.
/// </summary>
/// <remarks>
/// Preparing and committing are apart so that a stream can have several batches on their way to the disk and still append
/// them in the order they came: prepare one after the other, start each commit before the next is prepared.
/// </remarks>
internal sealed class EventDoor(
    IEventLog log,
    IRejectedEventStore rejects,
    IConsentDirectory consents,
    IIdentityDirectory identities,
    EventMapper mapper,
    FaceCrops faces,
    IEnumerable<IQuarantineRule> quarantine,
    BacklogGate backlog,
    WaitingCalls calls,
    IOptions<ApiOptions> options,
    TimeProvider time)
{
    /// <summary>The most events of a batch.</summary>
    public const int MaxBatch = 1000;

    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(5);

    private readonly IQuarantineRule[] _quarantine = [.. quarantine];
    private readonly TimeSpan _maxAge = options.Value.MaxEventAge;
    private readonly DateTimeOffset _earliestPlausible = options.Value.EarliestPlausibleTime;

    /// <summary>Takes a batch in: durable when it completes.</summary>
    /// <exception cref="EventLogOverloadedException">The log has too much waiting; nothing of the batch was taken.</exception>
    public async ValueTask<DoorReply> TakeAsync(IReadOnlyList<Wire.Event> events, DoorRules rules, CancellationToken cancellationToken) =>
        await CommitAsync(await PrepareAsync(events, rules, cancellationToken), cancellationToken);

    /// <summary>Looks at a batch.</summary>
    public async ValueTask<PreparedBatch> PrepareAsync(
        IReadOnlyList<Wire.Event> events, DoorRules rules, CancellationToken cancellationToken)
    {
        using var call = calls.Begin();
        using var span = EngineTraces.Start(EngineTraces.Check);
        span?.SetTag("events", events.Count);
        var now = time.GetUtcNow();
        var batch = new PreparedBatch(events, rules, now);
        var arrivals = ArrayPool<Arrival>.Shared.Rent(events.Count);
        try
        {
            Check(events, rules, arrivals);
            await IdentifyAsync(arrivals, events.Count, cancellationToken);
            for (var i = 0; i < events.Count; i++)
            {
                Decide(batch, i, events[i], ref arrivals[i], now);
            }

            await LookAtFacesAsync(events, arrivals, cancellationToken);
            for (var i = 0; i < events.Count; i++)
            {
                Admit(batch, i, events[i], arrivals[i].Candidate);
            }

            return batch;
        }
        finally
        {
            ArrayPool<Arrival>.Shared.Return(arrivals, clearArray: true);
        }
    }

    /// <summary>Appends what was let in and keeps what was turned away; both are durable when it completes.</summary>
    /// <exception cref="EventLogOverloadedException">The log has too much waiting; nothing of the batch was taken.</exception>
    /// <exception cref="TooFarBehindException">Too much is not folded in yet; nothing of the batch was taken.</exception>
    public async ValueTask<DoorReply> CommitAsync(PreparedBatch batch, CancellationToken cancellationToken)
    {
        using var call = calls.Begin();
        var token = string.Empty;
        if (batch.Entries.Count > 0 && !batch.Rules.DryRun)
        {
            backlog.ThrowIfTooFarBehind();
            using var span = EngineTraces.Start(EngineTraces.Append);
            span?.SetTag("events", batch.Entries.Count);
            var appended = await log.AppendAsync(batch.Entries, cancellationToken);
            token = Conclude(batch, appended);
        }

        if (batch.TurnedAway.Count > 0)
        {
            await rejects.AddAsync(batch.TurnedAway, cancellationToken);
        }

        if (!batch.Rules.DryRun)
        {
            Count(batch);
        }

        return new DoorReply(batch.Results, token);
    }

    private static void Check(IReadOnlyList<Wire.Event> events, DoorRules rules, Arrival[] arrivals)
    {
        var violations = new FieldViolations();
        for (var i = 0; i < events.Count; i++)
        {
            using var _ = violations.In(rules.Field, rules.PlaceOf(i));
            arrivals[i].Sender = rules.Member is { } member ? CheckMember(events[i], member, violations) : EventRules.Check(events[i], violations);
            if (!violations.None)
            {
                arrivals[i].Invalid = RpcErrors.Invalid(violations);
                violations.Clear();
            }
        }
    }

    private static UserKey CheckMember(Wire.Event value, string member, FieldViolations violations)
    {
        using var _ = violations.In(member);
        return EventRules.Check(value, violations);
    }

    /// <summary>Finds whose each event is and what may be read of them; goes to the store once for each user not lately seen.</summary>
    private async ValueTask IdentifyAsync(Arrival[] arrivals, int count, CancellationToken cancellationToken)
    {
        Dictionary<UserKey, Task<Identity>>? loading = null;
        for (var i = 0; i < count; i++)
        {
            var sender = arrivals[i].Sender;
            if (sender.Value is null)
            {
                continue;
            }

            if (i > 0 && arrivals[i - 1].Sender == sender && arrivals[i - 1].Identity.User.Value is not null)
            {
                arrivals[i].Identity = arrivals[i - 1].Identity;
            }
            else if (loading is null || !loading.ContainsKey(sender))
            {
                var identity = IdentifyAsync(sender, cancellationToken);
                if (identity.IsCompletedSuccessfully)
                {
                    arrivals[i].Identity = await identity;
                }
                else
                {
                    (loading ??= []).Add(sender, identity.AsTask());
                }
            }
        }

        if (loading is not null)
        {
            await Task.WhenAll(loading.Values);
            await FillInAsync(arrivals, count, loading);
        }
    }

    private static async ValueTask FillInAsync(Arrival[] arrivals, int count, Dictionary<UserKey, Task<Identity>> loaded)
    {
        for (var i = 0; i < count; i++)
        {
            if (arrivals[i].Sender.Value is not null && arrivals[i].Identity.User.Value is null)
            {
                arrivals[i].Identity = await loaded[arrivals[i].Sender];
            }
        }
    }

    private ValueTask<Identity> IdentifyAsync(UserKey sender, CancellationToken cancellationToken)
    {
        var canonical = identities.CanonicalAsync(sender, cancellationToken);
        if (!canonical.IsCompletedSuccessfully)
        {
            return SlowlyAsync(canonical);
        }

        var user = canonical.Result;
        var permissions = consents.PermissionsOfAsync(user, cancellationToken);
        return permissions.IsCompletedSuccessfully
            ? ValueTask.FromResult(new Identity(user, permissions.Result))
            : OfAsync(user, permissions);

        async ValueTask<Identity> SlowlyAsync(ValueTask<UserKey> resolving)
        {
            var resolved = await resolving;
            return new Identity(resolved, await consents.PermissionsOfAsync(resolved, cancellationToken));
        }

        static async ValueTask<Identity> OfAsync(UserKey user, ValueTask<ModalitySet> loading) => new(user, await loading);
    }

    private void Decide(PreparedBatch batch, int index, Wire.Event sent, ref Arrival arrival, DateTimeOffset now)
    {
        var modality = EventMapper.ModalityOf(sent.PayloadCase);
        var user = arrival.Identity.User;
        var isConsented = user.Value is not null
            ? arrival.Identity.Permissions.Has(modality)
            : modality is not (Domain.Scoring.Modality.Face or Domain.Scoring.Modality.Voice);
        var keepsBody = isConsented && !EventMapper.HasRawBiometrics(sent);
        if (arrival.Invalid is { } invalid)
        {
            batch.TurnAway(index, user, IngestStatus.Rejected, Reasons.InvalidField, invalid, keepsBody);
            return;
        }

        if (!isConsented)
        {
            var error = RpcErrors.Make(
                StatusCode.FailedPrecondition, Reasons.NoConsent, $"The shopper has not consented to {modality} for personalization; the payload was dropped unread.");
            batch.TurnAway(index, user, IngestStatus.Rejected, Reasons.NoConsent, error, keepsBody: false);
            return;
        }

        var occurredAt = sent.OccurredAt is not null ? sent.OccurredAt.ToTime() : batch.Rules.AssumedTime ?? now;
        if (Untimely(batch.Rules, index, occurredAt, now) is { } untimely)
        {
            batch.TurnAway(index, user, IngestStatus.Rejected, untimely.Reason, untimely.Error, keepsBody);
            return;
        }

        var candidate = mapper.ToDomain(sent, user, occurredAt, now);
        if (Objection(batch.Rules, index, candidate) is { } objection)
        {
            batch.TurnAway(index, user, IngestStatus.Quarantined, objection.Reason, objection.Error, keepsBody);
            return;
        }

        arrival.Candidate = candidate;
    }

    /// <summary>Has the pictures that came with events to be let in looked at.</summary>
    private async ValueTask LookAtFacesAsync(IReadOnlyList<Wire.Event> events, Arrival[] arrivals, CancellationToken cancellationToken)
    {
        List<int>? pictured = null;
        for (var i = 0; i < events.Count; i++)
        {
            if (arrivals[i].Candidate is not null && HasFaceCrop(events[i]))
            {
                (pictured ??= []).Add(i);
            }
        }

        if (pictured is not null)
        {
            var seen = await faces.LookAsync(pictured.ConvertAll(i => (events[i].ArFrames, arrivals[i].Candidate!)), cancellationToken);
            for (var k = 0; k < seen.Length; k++)
            {
                arrivals[pictured[k]].Candidate = seen[k];
            }
        }
    }

    private static bool HasFaceCrop(Wire.Event sent) =>
        sent.PayloadCase == Wire.Event.PayloadOneofCase.ArFrames && EventMapper.HasFaceCrop(sent.ArFrames);

    private (string Reason, RpcStatus Error)? Untimely(DoorRules rules, int index, DateTimeOffset occurredAt, DateTimeOffset now)
    {
        string? problem = null;
        var reason = Reasons.EventInFuture;
        if (occurredAt > now + s_clockSkew)
        {
            problem = $"is {occurredAt:O}; allowed: up to {s_clockSkew.TotalMinutes} minutes ahead of the server's clock, {now:O}";
        }
        else if (occurredAt < now - _maxAge && (occurredAt >= _earliestPlausible || rules.IsReleased?.Invoke(index) == true))
        {
            // What is older still looks like a broken clock, and is for the quarantine to judge.
            reason = Reasons.EventTooOld;
            problem = $"is {occurredAt:O}; allowed: the last {_maxAge.TotalDays:0.##} days";
        }

        if (problem is null)
        {
            return null;
        }

        var violations = new FieldViolations();
        using var element = violations.In(rules.Field, rules.PlaceOf(index));
        violations.Add(rules.Member is { } member ? $"{member}.occurred_at" : "occurred_at", problem);
        return (reason, RpcErrors.Invalid(violations, reason));
    }

    private (string Reason, RpcStatus Error)? Objection(DoorRules rules, int index, ShopperEvent candidate)
    {
        if (rules.IsReleased?.Invoke(index) == true)
        {
            return null;
        }

        foreach (var rule in _quarantine)
        {
            if (rule.Object(candidate, rules.DryRun) is { } objection)
            {
                return (rule.Reason, RpcErrors.Make(StatusCode.FailedPrecondition, rule.Reason, objection));
            }
        }

        return null;
    }

    private static void Admit(PreparedBatch batch, int index, Wire.Event sent, ShopperEvent? candidate)
    {
        if (candidate is null)
        {
            return;
        }

        var result = batch.Admit(index, EventWriter.ToEntry(candidate, isTimed: sent.OccurredAt is not null));
        if (candidate.Payload is ArFramesPayload frames && FaceCrops.IsAnyLeft(sent.ArFrames, frames))
        {
            result.Warnings.Add(FaceCrops.NotScored);
        }
    }

    private string Conclude(PreparedBatch batch, AppendResult[] appended)
    {
        var offsets = ArrayPool<long>.Shared.Rent(log.PartitionCount);
        var lastOffsets = offsets.AsSpan(0, log.PartitionCount);
        lastOffsets.Clear();
        for (var entry = 0; entry < appended.Length; entry++)
        {
            var (status, position) = appended[entry];
            if (status == AppendStatus.IdReused)
            {
                batch.RefuseReusedId(entry);
                continue;
            }

            if (status == AppendStatus.Duplicate)
            {
                batch.Results[batch.IndexOf(entry)].Status = Wire.EventStatus.Duplicate;
            }

            ref var last = ref lastOffsets[position.Partition];
            last = Math.Max(last, position.Offset);
        }

        var token = ConsistencyToken.Of(lastOffsets);
        ArrayPool<long>.Shared.Return(offsets);
        return token;
    }

    private static void Count(PreparedBatch batch)
    {
        int accepted = 0, duplicate = 0;
        foreach (var result in batch.Results)
        {
            switch (result.Status)
            {
                case Wire.EventStatus.Accepted: accepted++; break;
                case Wire.EventStatus.Duplicate: duplicate++; break;
                case Wire.EventStatus.Rejected: Count(1, "rejected", result.Reason); break;
                default: Count(1, "quarantined", result.Reason); break;
            }
        }

        Count(accepted, "accepted", string.Empty);
        Count(duplicate, "duplicate", string.Empty);
        if (batch.WithoutConsent > 0)
        {
            EngineMeters.PayloadsWithoutConsent.Add(batch.WithoutConsent);
        }
    }

    private static void Count(int events, string status, string reason)
    {
        if (events > 0)
        {
            EngineMeters.EventsReceived.Add(events, new("status", status), new("reason", reason));
        }
    }

    private struct Arrival
    {
        /// <summary>Whose the event is, as the caller wrote it; default when it says nobody.</summary>
        public UserKey Sender;

        /// <summary>Whose it is.</summary>
        public Identity Identity;

        /// <summary>What is wrong with it; null when nothing is.</summary>
        public RpcStatus? Invalid;

        /// <summary>What goes to the log; null when it is turned away.</summary>
        public ShopperEvent? Candidate;
    }

    private readonly record struct Identity(UserKey User, ModalitySet Permissions);
}
