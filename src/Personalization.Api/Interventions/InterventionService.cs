using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Consent;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion;
using Personalization.Api.Profiles;
using Personalization.Api.Rewards;
using Personalization.Api.Validation;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Grains;
using Personalization.Grains.Interventions;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Interventions;

/// <summary>Says whether to step in, and how.</summary>
internal sealed class InterventionService(
    Reads reads,
    IIdentityDirectory identities,
    IConsentDirectory consents,
    AttributionTokenSigner signer,
    IEventLog log,
    GrainReferences<IUserInterventionGrain> users,
    GrainReferences<IUserRecommendationGrain> decisions,
    BacklogGate backlog,
    IOptions<ApiOptions> options,
    TimeProvider time) : Wire.InterventionService.InterventionServiceBase
{
    private readonly TimeSpan _window = options.Value.InterventionOutcomeWindow;
    private readonly TimeSpan _maxAge = options.Value.MaxEventAge;

    /// <inheritdoc/>
    public override async Task<Wire.DecideResponse> Decide(Wire.DecideRequest request, ServerCallContext context)
    {
        var start = time.GetTimestamp();
        var violations = new FieldViolations();
        var sent = DecideRules.Check(request, violations);
        var read = await reads.ResolveAsync(sent, request.MinConsistencyToken, violations, "min_consistency_token", context.CancellationToken);
        violations.ThrowIfAny();
        var command = InterventionMapping.ToCommand(request, read.MinOffset);
        var grain = users.Of(read.User.Value);
        var reply = await reads.WithinAsync(read, context, cancelled => grain.Decide(command, cancelled));
        return InterventionMapping.ToWire(reply, request.Explain, time.GetElapsedTime(start));
    }

    /// <inheritdoc/>
    public override async Task<Wire.ReportOutcomeResponse> ReportOutcome(Wire.ReportOutcomeRequest request, ServerCallContext context)
    {
        var now = time.GetUtcNow();
        var (decision, occurredAt) = Check(request, now);
        var user = await identities.CanonicalAsync(decision.User, context.CancellationToken);
        if (await consents.RefusalOfOutcomeAsync(user, context.CancellationToken) is { } refusal)
        {
            throw RpcErrors.ToException(refusal);
        }

        var standing = await StandingOfAsync(decision, user, now);
        if (standing == DecisionStanding.Unknown)
        {
            return new Wire.ReportOutcomeResponse { Status = "UNKNOWN_DECISION" };
        }

        backlog.ThrowIfTooFarBehind();
        var entry = EventWriter.ToEntry(ToEvent(request, decision, user, occurredAt, now), isTimed: request.OccurredAt is not null);
        var (status, position) = (await log.AppendAsync([entry], context.CancellationToken))[0];
        return status switch
        {
            AppendStatus.IdReused => throw RpcErrors.ToException(RpcErrors.Make(
                StatusCode.AlreadyExists, Reasons.OutcomeIdReused, $"outcome_id '{request.OutcomeId}' was used for another outcome of this shopper.")),
            AppendStatus.Duplicate => new Wire.ReportOutcomeResponse { Status = "DUPLICATE", ConsistencyToken = ConsistencyToken.Of(position) },
            _ => new Wire.ReportOutcomeResponse
            {
                Status = standing == DecisionStanding.Open ? "ACCEPTED" : "LATE", ConsistencyToken = ConsistencyToken.Of(position),
            },
        };
    }

    private (DecisionReference Decision, DateTimeOffset OccurredAt) Check(Wire.ReportOutcomeRequest request, DateTimeOffset now)
    {
        var violations = new FieldViolations();
        violations.Id("outcome_id", request.OutcomeId);
        var occurredAt = OutcomeClock.Check(request.OccurredAt, now, _maxAge, violations);
        var decision = DecisionReference.Check(request.AttributionToken, request.DecisionId, request.Shopper, signer, violations);
        OutcomeRules.CheckMoney(request.Revenue, request.Margin, violations);
        violations.NotNegative("cost", request.Cost);
        violations.SameCurrency("cost", request.Cost, "revenue", request.Revenue);
        if (request.Revenue is not null && !request.Converted)
        {
            violations.Add("revenue", "is set while converted is false; allowed: only with converted");
        }

        violations.ThrowIfAny();
        return (decision, occurredAt);
    }

    private async Task<DecisionStanding> StandingOfAsync(DecisionReference decision, UserKey user, DateTimeOffset now)
    {
        if (decision.IsPast(now, _window))
        {
            return DecisionStanding.Closed;
        }

        return decision.StandingOf((await decisions.Of(user.Value).FindDecisions([decision.DecisionId]))[0]);
    }

    private static ShopperEvent ToEvent(
        Wire.ReportOutcomeRequest request, DecisionReference decision, UserKey user, DateTimeOffset occurredAt, DateTimeOffset now) => new()
    {
        // Outcomes of interventions have ids of their own, apart from events and from outcomes of recommendations.
        EventId = $"intervention:{request.OutcomeId}",
        User = user,
        OccurredAt = occurredAt,
        ReceivedAt = now,
        SessionId = request.Shopper?.SessionId ?? string.Empty,
        Payload = new InterventionOutcomePayload(
            decision.DecisionId, request.Shown, request.Accepted, request.Converted, request.Revenue?.ToDecimal() ?? 0,
            request.Margin?.ToDecimal(), request.Cost?.ToDecimal() ?? 0, (request.Revenue ?? request.Cost)?.CurrencyCode ?? string.Empty),
    };
}
