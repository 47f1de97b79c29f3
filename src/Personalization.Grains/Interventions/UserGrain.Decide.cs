using System.Buffers;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Grains.Interventions;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;
using StableHash = Personalization.Domain.Ingestion.StableHash;

namespace Personalization.Grains.Profiles;

/// <summary>Deciding on interventions.</summary>
public sealed partial class UserGrain
{
    private KeptReplies<InterventionReply>? _interventions;

    /// <inheritdoc/>
    public async Task<InterventionReply> Decide(DecideCommand command, CancellationToken cancellationToken)
    {
        var fingerprint = RequestFingerprint.Of(command);
        if (_interventions?.Find(command.RequestId, fingerprint, Now) is { } kept)
        {
            return kept with { Replayed = true };
        }

        await WaitForAsync(command.MinOffset, cancellationToken);
        var intent = await ReadIntentAsync(command.Touchpoint, ScoringLane.Checkout, cancellationToken);
        if (_interventions?.Find(command.RequestId, fingerprint, Now) is { } meanwhile)
        {
            return meanwhile with { Replayed = true };
        }

        var reply = MakeDecision(command, in intent);
        KeptReplies<InterventionReply>.Keep(ref _interventions, command.RequestId, fingerprint, Now, reply);
        return reply;
    }

    private InterventionReply MakeDecision(DecideCommand command, in IntentReading read)
    {
        using var span = EngineTraces.Start(EngineTraces.Decide);
        var started = _services.Time.GetTimestamp();
        var now = Now;
        var set = _services.Snapshots.Current;
        var degraded = new List<DegradationMessage>();
        var (value, margin) = ValueOf(command.Cart, set, degraded);
        var consent = State.Consent;
        var mayPersonalize = consent.Allows(ConsentPurpose.Personalization, _services.ConsentPolicy);
        var reading = State.Profile!.Read(now);

        // The consent may have gone while the model was asked.
        var intent = mayPersonalize ? read : default;
        intent.Explain(degraded);
        var decisionId = _services.DecisionIds.Next();
        var decision = _services.InterventionPolicy.Decide(
            new InterventionRequest
            {
                User = _user,
                Now = now,
                Touchpoint = command.Touchpoint,
                CartValue = value,
                CartMargin = margin,
                // Without consent the engine acts as for somebody of whom it knows nothing: not at all.
                Hesitation = mayPersonalize ? reading.Hesitation : 0,
                Valence = mayPersonalize ? reading.ShortTerm.Valence.Mean : 0,
                Intent = intent.Or(reading.Intent),
                Frustration = mayPersonalize ? reading.Frustration : 0,
                Confidence = mayPersonalize ? ConfidenceOf(reading.Confidence, reading.EventCount) : 0,
                MayBeOffered = consent.Allows(ConsentPurpose.Marketing, _services.ConsentPolicy),
                AllowedActions = AllowedOf(command.AllowedActions),
                Seed = StableHash.Of(decisionId),
            },
            State.Interventions,
            set.Interventions);

        if (!mayPersonalize)
        {
            degraded.Add(new DegradationMessage("NO_CONSENT", "The shopper has not agreed to personalization: nothing is done."));
        }
        else
        {
            degraded.AddRange(OwedDegradation());
        }

        State.Interventions.Add(decisionId, decision.Action, decision.Context, now);
        NoteDecided(decisionId);
        Log(decisionId, now, decision, set);
        Note(now, decision, set, reading.ShortTerm.Valence.Mean, started);
        return ToReply(decisionId, now, decision, set, [.. degraded]) with
        {
            PurchaseIntent = intent.Or(reading.Intent),
            PurchaseIntentBy = intent.By ?? "",
        };
    }

    // A shopper whose feelings nobody has read may still be known well by what they do.
    private static double ConfidenceOf(double feeling, long events) => Math.Max(feeling, 1 - Math.Exp(-events / 20.0));

    private static byte AllowedOf(int[] actions)
    {
        if (actions.Length == 0)
        {
            return InterventionRequest.AllActions;
        }

        byte allowed = 0;
        foreach (var action in actions)
        {
            allowed |= (byte)(1 << ((InterventionAction)action).Index());
        }

        return allowed;
    }

    private static (double Value, double Margin) ValueOf(CartLineMessage[] cart, SnapshotSet set, List<DegradationMessage> degraded)
    {
        double value = 0;
        double margin = 0;
        var unknown = 0;
        foreach (var line in cart)
        {
            var facts = set.Catalog.Find(line.ProductId);
            unknown += facts is null ? 1 : 0;
            var price = (double)(line.UnitPrice ?? facts?.Price ?? 0) * line.Quantity;
            value += price;
            margin += price * (facts?.MarginRate ?? Domain.Products.ProductFacts.DefaultMarginRate);
        }

        if (unknown > 0)
        {
            degraded.Add(new DegradationMessage(
                "UNKNOWN_PRODUCTS", $"{unknown} products of the cart are not in the catalogue: their margin is taken as usual."));
        }

        return (value, margin);
    }

    private void Log(string decisionId, DateTimeOffset now, InterventionDecision decision, SnapshotSet set)
    {
        var output = new ArrayBufferWriter<byte>(96);
        var propensities = new float[InterventionActions.Count];
        foreach (var assessment in decision.Assessments)
        {
            propensities[assessment.Action.Index()] = (float)assessment.Propensity;
        }

        new InterventionRecord(decisionId, decision.Action, decision.Context, now, propensities, set.Interventions.Version).Write(output);
        _services.Recorder.Record(_user, decisionId, now, output.WrittenSpan.ToArray());
    }

    private void Note(DateTimeOffset now, InterventionDecision decision, SnapshotSet set, double valence, long started)
    {
        EngineMeters.Interventions.Add(1, new KeyValuePair<string, object?>("action", decision.Action.ToString()));
        EngineMeters.DecideLatency.Record(_services.Time.GetElapsedTime(started).TotalMilliseconds);
        if (_services.Recent.Wants(now))
        {
            _services.Recent.Add(new RecentDecision(
                now, "intervene", Pseudonym, $"{decision.Action} ({decision.Reason})", decision.Propensity, valence,
                PolicyOf(set), string.Empty));
        }
    }

    private InterventionReply ToReply(
        string decisionId, DateTimeOffset now, InterventionDecision decision, SnapshotSet set, DegradationMessage[] degraded) => new()
    {
        DecisionId = decisionId,
        AttributionToken = _services.Tokens.Sign(new AttributionToken(decisionId, _user, now, set.Interventions.Version)),
        Action = (int)decision.Action,
        DiscountPercent = decision.DiscountPercent,
        ExpectedValue = decision.ExpectedValue,
        Propensity = decision.Propensity,
        Assessments =
        [
            .. decision.Assessments.Select(static a => new AssessmentMessage(
                (int)a.Action, a.Eligible, NameOf(a.Reason), a.Conversion, a.ExpectedValue, a.Uncertainty, a.Propensity)),
        ],
        Reason = NameOf(decision.Reason),
        NeedsHumanReview = decision.NeedsHumanReview,
        PolicyVersion = PolicyOf(set),
        Experiment = _services.InterventionPolicy.ExperimentOf(_user),
        Partition = _partition,
        Offset = State.AppliedOffset,
        OccurredAt = State.AppliedAt,
        Degraded = degraded,
        CatalogVersion = set.CatalogVersion,
        ModelVersions = State.ModelVersions,
    };

    private static string PolicyOf(SnapshotSet set) => $"expected-value@{set.Interventions.Version}";

    private static string NameOf(InterventionReason reason) => reason switch
    {
        InterventionReason.ExpectedValue => "EXPECTED_VALUE",
        InterventionReason.Exploration => "EXPLORATION",
        InterventionReason.NotEligible => "NOT_ELIGIBLE",
        InterventionReason.LowConfidence => "LOW_CONFIDENCE",
        InterventionReason.Holdout => "HOLDOUT",
        InterventionReason.Cooldown => "COOLDOWN",
        InterventionReason.CapReached => "CAP_REACHED",
        InterventionReason.MarginGuard => "MARGIN_GUARD",
        InterventionReason.NoConsent => "NO_CONSENT",
        InterventionReason.BudgetExhausted => "BUDGET_EXHAUSTED",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };
}
