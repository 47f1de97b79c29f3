using System.Buffers;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Rewards;

namespace Personalization.Grains.Profiles;

/// <summary>Folding events in.</summary>
public sealed partial class UserGrain
{
    private const int ModelVersionsKept = 4;

    [ThreadStatic]
    private static ShopperRoom? t_room;

    /// <inheritdoc/>
    public Task<UserBatchResult> Apply(UserBatch batch)
    {
        State.Settle(batch.Checkpoint);
        if (State.AppliedOffset < batch.Previous)
        {
            return Task.FromResult(UserBatchResult.SomethingLost);
        }

        List<PoisonedEvent>? poisoned = null;
        var before = State.AppliedOffset;
        foreach (ref readonly var item in batch.Events.AsSpan())
        {
            if (item.Offset > State.AppliedOffset)
            {
                if (TryFold(in item) is { } problem)
                {
                    (poisoned ??= []).Add(new PoisonedEvent(item.Offset, problem));
                }

                State.AppliedOffset = item.Offset;
            }
        }

        if (State.AppliedOffset != before)
        {
            _dirty = true;
            _waiters?.Reach(State.AppliedOffset);
            _profileChanged?.Raise();
        }

        return Task.FromResult(Result(batch, poisoned));
    }

    // What is answered is what the offsets of this batch led to, whether they were folded in just now or in another life.
    private UserBatchResult Result(UserBatch batch, List<PoisonedEvent>? poisoned)
    {
        if (State.Outbox.IsEmpty && poisoned is null)
        {
            return UserBatchResult.Nothing;
        }

        var (first, last) = (batch.Events[0].Offset, batch.Events[^1].Offset);
        var effects = State.OutboxOf(first, last);
        return new UserBatchResult(effects, poisoned is null ? [] : [.. poisoned]);
    }

    /// <summary>Folds one event in.</summary>
    /// <returns>Why it could not be; null when it was.</returns>
    private string? TryFold(in UserEvent item)
    {
        if (item.Body.IsEmpty)
        {
            return null;
        }

        try
        {
            var source = EventCodec.Decode(item.Body.Span);
            WithholdFromProduct(item.Offset, source);
            Fold(in item, source);
            State.AppliedAt = source.OccurredAt;
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One event that breaks a rule must not hold up all that come after it; it is set aside where people see it.
            LogPoisoned(_logger, e, item.Offset);
            Withhold(item.Offset);
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private void Fold(in UserEvent item, ShopperEvent source)
    {
        var (offset, observation) = (item.Offset, item.Observation?.ToObservation());
        switch (source.Payload)
        {
            case FeelingPayload late when IsMoved(late):
                SendAfter(offset, source, late);
                return;
            case FeelingPayload late:
                observation = Settle(late) ? late.Observation : null;
                source = source with { Payload = late with { Observation = observation } };
                break;
            case DecisionPayload decision:
                Remember(decision);
                break;
            case InterventionOutcomePayload outcome:
                JoinOutcome(offset, source, outcome);
                break;
            case ConsentChangedPayload change:
                ApplyConsent(change);
                break;
            case IdentityMergedPayload merge:
                HandOver(offset, source, merge);
                return;
            case UserDeletedPayload:
                Forget(offset);
                break;
        }

        if (item.IsOwed)
        {
            (State.OwedFeelings ??= []).Add(offset);
        }

        FoldRewards(offset, source, observation);
        FoldProfile(offset, source, observation);
    }

    /// <summary>Takes a feeling off what is owed.</summary>
    /// <returns>
    /// Whether it may be folded in: not when its event is not here (the shopper was forgotten), nor when its modality may not be
    /// read any more.
    /// </returns>
    private bool Settle(FeelingPayload late) => State.OwedFeelings?.Remove(late.Source) == true && IsReadable(late);

    private bool IsReadable(FeelingPayload late) => Modalities.Of(late.SourceKind) is { } modality && IsReadable(modality);

    private bool IsReadable(Modality modality) => State.Consent.Readable(_services.ConsentPolicy).Has(modality);

    /// <summary>How many feelings have not been read yet, of this key's events and of those that other keys handed over.</summary>
    private int PendingFeelings => State.OwedCount + (State.OwedByOthers?.Values.Sum() ?? 0);

    /// <summary>Says so when the profile lacks feelings that have not been read yet.</summary>
    private DegradationMessage[] OwedDegradation() => PendingFeelings is var pending && pending == 0 ? [] :
    [
        new DegradationMessage("FEELING_PENDING", $"{pending} events of this shopper have not been read for feelings yet: scoring was late."),
    ];

    private void FoldProfile(long offset, ShopperEvent source, SentimentObservation? observation)
    {
        var product = source.ProductId.Length > 0 ? _services.Snapshots.Current.Catalog.Find(source.ProductId) : null;
        EmitVisit(offset, source);
        State.Profile!.Apply(new ProfileInput(offset, source, observation, product));
        if (observation is not null)
        {
            State.NoteModel(observation.ModelVersion, ModelVersionsKept);
        }
    }

    // Before the profile has it: a visit is told together with what was looked at or bought before.
    private void EmitVisit(long offset, ShopperEvent source)
    {
        if (source.Payload is not BehaviourPayload || !Interaction.TryRead(source.Payload, out var interaction)
            || Visits.WeightOf(interaction.Kind) == 0)
        {
            return;
        }

        var room = t_room ??= new ShopperRoom();
        var shopper = room.View(State.Profile!, _user, source.OccurredAt, out _);
        var visit = Visits.Of(
            offset, source.OccurredAt.UtcTicks, source.ProductId, interaction.Kind,
            shopper.Viewed, shopper.Purchased, ShopperSegments.Of(shopper.Features));
        room.Leave();
        if (visit is not null && MayPassOn(ConsentPurpose.Analytics, "visit"))
        {
            using var output = new PooledBuffer(128);
            Visits.Write([visit], output);
            Emit(offset, UserEffectKind.Visit, WellKnownGrains.Default, output.WrittenSpan.ToArray());
        }
    }

    private void ApplyConsent(ConsentChangedPayload change)
    {
        var before = State.Consent.Readable(_services.ConsentPolicy);
        State.Consent = ConsentRecord.Decode(change.Body.AsSpan());
        var withdrawn = before & ~State.Consent.Readable(_services.ConsentPolicy);
        if (withdrawn != ModalitySet.None)
        {
            State.Profile!.Purge(withdrawn);
        }
    }

    private void Forget(long offset)
    {
        State.Consent = ConsentRecord.Silent;
        State.Rewards = _services.Rewards.NewJoiner();
        State.ForgetInterventions();
        State.ModelVersions = [];
        State.OwedFeelings = null;
        State.MovedFeelings = null;
        State.OwedByOthers = null;
        _pool = null;
        _slates = null;
        _interventions = null;
        _justDecided = new RememberedIds(JustDecidedKept);
        Emit(offset, UserEffectKind.LogDecision, WellKnownGrains.Default, new DecisionLogEffect(_user, "", default).Encode());
    }

    private void Emit(long offset, UserEffectKind kind, string target, byte[] body) =>
        State.Emit(new UserEffect(offset, kind, target, body));

    [LoggerMessage(Level = LogLevel.Error, Message = "The event at {Offset} could not be folded into its user.")]
    private static partial void LogPoisoned(ILogger logger, Exception exception, long offset);
}
