using System.Buffers;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Rewards;

namespace Personalization.Grains.Profiles;

/// <summary>Folding events in.</summary>
public sealed partial class UserGrain
{
    private const int ModelVersionsKept = 4;

    /// <inheritdoc/>
    public Task<UserBatchResult> Apply(UserBatch batch)
    {
        while (State.Outbox.TryPeek(out var effect) && effect.Offset <= batch.Checkpoint)
        {
            State.Outbox.Dequeue();
        }

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
            _waiters.Reach(State.AppliedOffset);
            _profileChanged.Raise();
        }

        return Task.FromResult(Result(batch, poisoned));
    }

    /// <inheritdoc/>
    public async Task Absorb(AbsorbCommand command)
    {
        var other = _services.StateCodec.Read(command.State);
        var status = State.Profile!.TryMerge(UserKey.Parse(command.From), other.Profile!);
        if (status == MergeStatus.Applied)
        {
            State.Consent = State.Consent.Combine(other.Consent);
            State.Interventions.Absorb(other.Interventions);
            State.Rewards!.Absorb(other.Rewards!);
            _dirty = true;
            _profileChanged.Raise();

            // The visitor's own grain has let go of it: from here on this is the only place where it is.
            await Persist();
        }
        else if (status == MergeStatus.Overlap)
        {
            LogOverlap(_logger, Pseudonym, command.Offset);
        }
    }

    // What is answered is what the offsets of this batch led to, whether they were folded in just now or in another life.
    private UserBatchResult Result(UserBatch batch, List<PoisonedEvent>? poisoned)
    {
        if (State.Outbox.Count == 0 && poisoned is null)
        {
            return UserBatchResult.Nothing;
        }

        var (first, last) = (batch.Events[0].Offset, batch.Events[^1].Offset);
        var effects = State.Outbox.Where(effect => effect.Offset >= first && effect.Offset <= last).ToArray();
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
            State.OwedFeelings.Add(offset);
        }

        FoldRewards(offset, source, observation);
        FoldProfile(offset, source, observation);
    }

    /// <summary>Takes a feeling off what is owed.</summary>
    /// <returns>
    /// Whether it may be folded in: not when its event is not here (the shopper was forgotten, or has moved to another key since),
    /// nor when its modality may not be read any more.
    /// </returns>
    private bool Settle(FeelingPayload late) =>
        State.OwedFeelings.Remove(late.Source) && Modalities.Of(late.SourceKind) is { } modality && IsReadable(modality);

    private bool IsReadable(Modality modality) => State.Consent.Readable(_services.ConsentPolicy).Has(modality);

    /// <summary>Says so when the profile lacks feelings that have not been read yet.</summary>
    private DegradationMessage[] OwedDegradation() => State.OwedFeelings.Count == 0 ? [] :
    [
        new DegradationMessage(
            "FEELING_PENDING", $"{State.OwedFeelings.Count} events of this shopper have not been read for feelings yet: scoring was late."),
    ];

    /// <inheritdoc/>
    public Task<bool> MayRead(Modality modality) => Task.FromResult(IsReadable(modality));

    private void FoldProfile(long offset, ShopperEvent source, SentimentObservation? observation)
    {
        var product = source.ProductId.Length > 0 ? _services.Snapshots.Current.Catalog.Find(source.ProductId) : null;
        EmitVisit(offset, source);
        State.Profile!.Apply(new ProfileInput(offset, source, observation, product));
        if (observation is not null)
        {
            NoteModel(observation.ModelVersion);
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

        Span<float> features = stackalloc float[ProfileFeatures.Count];
        State.Profile!.ReadFeatures(source.OccurredAt, _user.IsAnonymous, features);
        var visit = Visits.Of(
            offset, source.OccurredAt.UtcTicks, source.ProductId, interaction.Kind,
            State.Profile.Viewed.AsSpan(), State.Profile.Purchased.AsSpan(), ShopperSegments.Of(features));
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

    private void HandOver(long offset, ShopperEvent source, IdentityMergedPayload merge)
    {
        // Applied first, so that the profile that is handed over says up to where it goes.
        State.Profile!.Apply(new ProfileInput(offset, source));
        State.AppliedOffset = offset;
        var output = new ArrayBufferWriter<byte>(4096);
        var outbox = State.Outbox;
        State.Outbox = new Queue<UserEffect>();
        _services.StateCodec.Write(State, output);
        State.Outbox = outbox;
        Emit(offset, UserEffectKind.Merge, merge.Into.Value, output.WrittenSpan.ToArray());
        State.Profile.Reset();
        State.OwedFeelings.Clear();
        State.Rewards = _services.Rewards.NewJoiner();
        State.Interventions.Clear();
    }

    private void Forget(long offset)
    {
        State.Consent = ConsentRecord.Silent;
        State.Rewards = _services.Rewards.NewJoiner();
        State.Interventions.Clear();
        State.ModelVersions.Clear();
        State.OwedFeelings.Clear();
        _pool = null;
        _slates.Clear();
        _interventions.Clear();
        _justDecided.Clear();
        Emit(offset, UserEffectKind.LogDecision, WellKnownGrains.Default, new DecisionLogEffect(_user, "", default).Encode());
    }

    private void Emit(long offset, UserEffectKind kind, string target, byte[] body) =>
        State.Outbox.Enqueue(new UserEffect(offset, kind, target, body));

    private void NoteModel(string version)
    {
        if (State.ModelVersions.Count > 0 && State.ModelVersions[0] == version)
        {
            return;
        }

        State.ModelVersions.Remove(version);
        State.ModelVersions.Insert(0, version);
        if (State.ModelVersions.Count > ModelVersionsKept)
        {
            State.ModelVersions.RemoveAt(ModelVersionsKept);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The event at {Offset} could not be folded into its user.")]
    private static partial void LogPoisoned(ILogger logger, Exception exception, long offset);

    [LoggerMessage(Level = LogLevel.Error, Message = "Shopper {Shopper} has some but not all of what another key of theirs hands over at {Offset}; it is not merged.")]
    private static partial void LogOverlap(ILogger logger, string shopper, long offset);
}
