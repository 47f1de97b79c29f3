using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Consent;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion;
using Personalization.Api.Profiles;
using Personalization.Api.Validation;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Grains;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Rewards;

/// <summary>
/// Where outcomes of recommendations come in: each is checked, traced to its decision (by its signed token, else by asking
/// the shopper's grain once for all of the shopper's outcomes) and appended with the rest of its batch.
/// </summary>
internal sealed class OutcomeDoor(
    IEventLog log,
    IConsentDirectory consents,
    IIdentityDirectory identities,
    AttributionTokenSigner signer,
    GrainReferences<IUserRecommendationGrain> users,
    BacklogGate backlog,
    WaitingCalls calls,
    IOptions<ApiOptions> options,
    TimeProvider time)
{
    /// <summary>The most outcomes of a batch.</summary>
    public const int MaxBatch = 1000;

    private readonly TimeSpan _window = options.Value.RecommendationOutcomeWindow;
    private readonly TimeSpan _maxAge = options.Value.MaxEventAge;

    /// <summary>Takes a batch in: what is accepted is durable when it completes.</summary>
    /// <exception cref="EventLogOverloadedException">The log has too much waiting; nothing of the batch was taken.</exception>
    /// <exception cref="TooFarBehindException">Too much is not folded in yet; nothing of the batch was taken.</exception>
    public async Task<Wire.ReportOutcomesResponse> TakeAsync(IReadOnlyList<Wire.Outcome> outcomes, CancellationToken cancellationToken)
    {
        using var call = calls.Begin();
        var now = time.GetUtcNow();
        var arrivals = Check(outcomes, now);
        foreach (var arrival in arrivals.Where(static a => a.Error is null))
        {
            await IdentifyAsync(arrival, cancellationToken);
        }

        await TraceAsync(arrivals, now);
        return await AppendAsync(arrivals, now, cancellationToken);
    }

    private Arrival[] Check(IReadOnlyList<Wire.Outcome> outcomes, DateTimeOffset now)
    {
        var violations = new FieldViolations();
        var arrivals = new Arrival[outcomes.Count];
        for (var i = 0; i < arrivals.Length; i++)
        {
            using var _ = violations.In("outcomes", i);
            var sent = outcomes[i];
            OutcomeRules.Check(sent, violations);
            arrivals[i] = new Arrival
            {
                Sent = sent,
                OccurredAt = OutcomeClock.Check(sent.OccurredAt, now, _maxAge, violations),
                Decision = DecisionReference.Check(sent.AttributionToken, sent.DecisionId, sent.Shopper, signer, violations),
                Error = violations.None ? null : RpcErrors.Invalid(violations),
            };
            violations.Clear();
        }

        return arrivals;
    }

    private async ValueTask IdentifyAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        arrival.User = await identities.CanonicalAsync(arrival.Decision.User, cancellationToken);
        arrival.Error = await consents.RefusalOfOutcomeAsync(arrival.User, cancellationToken);
    }

    /// <summary>
    /// Finds out whether each decision is known and open, by its token's time and by asking: a shopper's grain lets decisions go
    /// long before they are old, when there are many.
    /// </summary>
    private async Task TraceAsync(Arrival[] arrivals, DateTimeOffset now)
    {
        foreach (var arrival in arrivals.Where(arrival => arrival.Decision.IsPast(now, _window)))
        {
            arrival.Standing = DecisionStanding.Closed;
        }

        var asked = arrivals
            .Where(static a => a.Error is null && a.Standing != DecisionStanding.Closed)
            .GroupBy(static a => a.User)
            .Select(group => AskAsync(group.Key, [.. group]));
        await Task.WhenAll(asked);
    }

    private async Task AskAsync(UserKey user, Arrival[] arrivals)
    {
        string[] ids = [.. arrivals.Select(static a => a.Decision.DecisionId)];
        var standings = await users.Of(user.Value).FindDecisions(ids);
        for (var i = 0; i < arrivals.Length; i++)
        {
            arrivals[i].Standing = arrivals[i].Decision.StandingOf(standings[i]);
        }
    }

    private async ValueTask<Wire.ReportOutcomesResponse> AppendAsync(Arrival[] arrivals, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var taken = arrivals.Where(static a => a.Error is null && a.Standing != DecisionStanding.Unknown).ToArray();
        var entries = Array.ConvertAll(taken, arrival => arrival.ToEntry(now));
        if (entries.Length > 0)
        {
            backlog.ThrowIfTooFarBehind();
        }

        using var span = EngineTraces.Start(EngineTraces.Append);
        span?.SetTag("events", entries.Length);
        var appended = entries.Length == 0 ? [] : await log.AppendAsync(entries, cancellationToken);
        var lastOffsets = new long[log.PartitionCount];
        for (var i = 0; i < taken.Length; i++)
        {
            taken[i].Appended = appended[i].Status;
            if (appended[i].Status != AppendStatus.IdReused)
            {
                ref var last = ref lastOffsets[appended[i].Position.Partition];
                last = Math.Max(last, appended[i].Position.Offset);
            }
        }

        var response = new Wire.ReportOutcomesResponse { ConsistencyToken = ConsistencyToken.Of(lastOffsets) };
        for (var i = 0; i < arrivals.Length; i++)
        {
            response.Results.Add(arrivals[i].ToResult(i));
        }

        return response;
    }

    private sealed class Arrival
    {
        public required Wire.Outcome Sent { get; init; }

        public required DateTimeOffset OccurredAt { get; init; }

        public required DecisionReference Decision { get; init; }

        public RpcStatus? Error { get; set; }

        public UserKey User { get; set; }

        public DecisionStanding Standing { get; set; }

        public AppendStatus Appended { get; set; }

        /// <summary>Outcomes have ids of their own: the same text may name an event as well.</summary>
        public LogEntry ToEntry(DateTimeOffset now) => EventWriter.ToEntry(
            new ShopperEvent
            {
                EventId = $"outcome:{Sent.OutcomeId}",
                User = User,
                OccurredAt = OccurredAt,
                ReceivedAt = now,
                SessionId = Sent.Shopper?.SessionId ?? string.Empty,
                ProductId = Sent.ProductId,
                Payload = new RecommendationOutcomePayload(
                    Decision.DecisionId, (OutcomeKind)Sent.Kind, Sent.Position, Sent.Revenue?.ToDecimal() ?? 0, Sent.Margin?.ToDecimal(),
                    Sent.Revenue?.CurrencyCode ?? string.Empty),
            },
            isTimed: Sent.OccurredAt is not null);

        public Wire.OutcomeResult ToResult(int index)
        {
            var result = new Wire.OutcomeResult { Index = index, OutcomeId = Sent.OutcomeId, Error = Error, Status = Wire.OutcomeStatus.Rejected };
            if (Error is not null)
            {
                return result;
            }

            if (Standing == DecisionStanding.Unknown)
            {
                result.Status = Wire.OutcomeStatus.UnknownDecision;
            }
            else if (Appended == AppendStatus.IdReused)
            {
                result.Error = RpcErrors.Make(
                    StatusCode.AlreadyExists, Reasons.OutcomeIdReused, $"outcome_id '{Sent.OutcomeId}' was used for another outcome of this shopper.");
            }
            else if (Appended == AppendStatus.Duplicate)
            {
                result.Status = Wire.OutcomeStatus.Duplicate;
            }
            else
            {
                result.Status = Standing == DecisionStanding.Open ? Wire.OutcomeStatus.Accepted : Wire.OutcomeStatus.Late;
            }

            return result;
        }
    }
}
