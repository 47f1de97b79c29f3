using System.Buffers;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.Grains.Ingestion;
using StableHash = Personalization.Domain.Ingestion.StableHash;

namespace Personalization.Grains.Profiles;

/// <summary>Becoming one with another key of the same person: a visitor hands over, a known shopper takes in.</summary>
public sealed partial class UserGrain
{
    /// <inheritdoc/>
    public async Task Absorb(AbsorbCommand command)
    {
        var other = _services.StateCodec.Read(command.State);
        var from = UserKey.Parse(command.From);
        var status = State.Profile!.TryMerge(from, other.Profile!);
        if (status == MergeStatus.Applied)
        {
            State.Consent = State.Consent.Combine(other.Consent);

            // What either has denied is of no use any more, whoever it came from.
            State.Profile.Purge(~State.Consent.Readable(_services.ConsentPolicy) & ModalitySet.All);
            if (other.HasInterventions)
            {
                State.Interventions.Absorb(other.Interventions);
            }

            State.Rewards!.Absorb(other.Rewards!);
            Expect(from, other.MovedFeelings);
            _dirty = true;
            _profileChanged?.Raise();

            // The visitor's own grain has let go of it: from here on this is the only place where it is.
            await Persist();
        }
        else if (status == MergeStatus.Overlap)
        {
            LogOverlap(_logger, Pseudonym, command.Offset);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> MayRead(Modality modality)
    {
        // Whoever has taken the events in since has a say as well.
        foreach (var into in State.MovedFeelings?.Select(static moved => moved.Into).Distinct().ToArray() ?? [])
        {
            if (!await GrainFactory.GetGrain<IUserFoldGrain>(into.Value).MayRead(modality))
            {
                return false;
            }
        }

        return IsReadable(modality);
    }

    /// <summary>Notes how many feelings of what another key handed over are still to come.</summary>
    private void Expect(UserKey from, List<MovedFeeling>? moved)
    {
        var key = StableHash.Of(from.Value);
        var open = moved?.Count(each => each.Into == _user) ?? 0;
        if (open > 0)
        {
            (State.OwedByOthers ??= [])[key] = open;
        }
        else if (State.OwedByOthers?.Remove(key) == true && State.OwedByOthers.Count == 0)
        {
            State.OwedByOthers = null;
        }
    }

    private void HandOver(long offset, ShopperEvent source, IdentityMergedPayload merge)
    {
        // Applied first, so that the profile that is handed over says up to where it goes.
        State.Profile!.Apply(new ProfileInput(offset, source));
        if (State.OwedFeelings is { Count: > 0 } owed)
        {
            (State.MovedFeelings ??= []).AddRange(owed.Select(offset => new MovedFeeling(offset, merge.Into)));
            State.OwedFeelings = null;
        }

        GiveAway(offset, merge.Into);
    }

    private bool IsMoved(FeelingPayload late) => State.MovedFeelings?.Exists(moved => moved.Offset == late.Source) == true;

    /// <summary>Sends a feeling to where its event has gone, by handing over once more: a profile with nothing but this feeling.</summary>
    private void SendAfter(long offset, ShopperEvent source, FeelingPayload late)
    {
        var moved = State.MovedFeelings!.Find(each => each.Offset == late.Source);
        State.MovedFeelings.Remove(moved);
        FoldProfile(offset, source, IsReadable(late) ? late.Observation : null);
        GiveAway(offset, moved.Into);
        if (State.MovedFeelings.Count == 0)
        {
            State.MovedFeelings = null;
        }
    }

    private void GiveAway(long offset, UserKey into)
    {
        State.AppliedOffset = offset;
        var output = new ArrayBufferWriter<byte>(4096);
        _services.StateCodec.Write(State, outbox: [], output);
        Emit(offset, UserEffectKind.Merge, into.Value, output.WrittenSpan.ToArray());
        State.Profile!.Reset();
        State.Rewards = _services.Rewards.NewJoiner();
        State.ForgetInterventions();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Shopper {Shopper} has some but not all of what another key of theirs hands over at {Offset}; it is not merged.")]
    private static partial void LogOverlap(ILogger logger, string shopper, long offset);
}
