using System.Buffers;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Rewards;

namespace Personalization.Grains.Profiles;

/// <summary>Joining outcomes to decisions.</summary>
public sealed partial class UserGrain
{
    private const int JustDecidedKept = 32;

    // Folding has no await in it: one list for a thread will do.
    [ThreadStatic]
    private static List<PolicyUpdate>? t_lessons;

    private RememberedIds _justDecided = new(JustDecidedKept);

    /// <inheritdoc/>
    public Task<DecisionStanding[]> FindDecisions(string[] decisionIds)
    {
        var now = Now;
        return Task.FromResult(Array.ConvertAll(decisionIds, id => StandingOf(id, now)));
    }

    private DecisionStanding StandingOf(string decisionId, DateTimeOffset now)
    {
        switch (State.Rewards!.StateOf(decisionId))
        {
            case DecisionState.Open or DecisionState.Closed:
                // A closed window still amends what was learned: what is late is what teaches nothing any more.
                return DecisionStanding.Open;
            case DecisionState.LetGo:
                return DecisionStanding.Closed;
        }

        var open = State.HasInterventions
            ? State.Interventions.IsOpen(decisionId, now, _services.InterventionPolicy.Options.OutcomeWindow)
            : null;
        return open switch
        {
            true => DecisionStanding.Open,
            false => DecisionStanding.Closed,
            null => _justDecided.Contains(decisionId) ? DecisionStanding.Open : DecisionStanding.Unknown,
        };
    }

    // Between the answer and the decision's way through the log lie milliseconds in which a caller may ask for it.
    private void NoteDecided(string decisionId) => _justDecided.Add(decisionId);

    private void FoldRewards(long offset, ShopperEvent source, SentimentObservation? observation)
    {
        var lessons = t_lessons ??= [];
        lessons.Clear();
        var outcome = State.Rewards!.Apply(offset, source, observation, lessons);
        foreach (var lesson in lessons)
        {
            if (!MayPassOn(ConsentPurpose.ModelTraining, "policy"))
            {
                continue;
            }

            var output = new ArrayBufferWriter<byte>(96);
            PolicyUpdateCodec.Write(lesson, new StateWriter(output));
            Emit(offset, UserEffectKind.Learn, WellKnownGrains.Default, output.WrittenSpan.ToArray());
        }

        lessons.Clear();
        foreach (var joined in State.Rewards.LastJoined)
        {
            if (!MayPassOn(ConsentPurpose.ModelTraining, "decision_log"))
            {
                continue;
            }

            var effect = new DecisionLogEffect(_user, joined.DecisionId, joined.Encode());
            Emit(offset, UserEffectKind.LogDecision, WellKnownGrains.Default, effect.Encode());
        }

        State.Rewards.ForgetJoined();
        Count(outcome);
    }

    private void JoinOutcome(long offset, ShopperEvent source, InterventionOutcomePayload outcome)
    {
        var window = _services.InterventionPolicy.Options.OutcomeWindow;
        var join = State.Interventions.Join(outcome, source.OccurredAt, offset, window, out var lesson);
        if (join == InterventionJoin.Teaches && !MayPassOn(ConsentPurpose.ModelTraining, "intervention"))
        {
            // What was spent is the shop's own, and is counted against its budget in any case.
            lesson = lesson with { Shown = 0, Converted = 0 };
            join = lesson.Cost == 0 ? InterventionJoin.Joined : join;
        }

        if (join == InterventionJoin.Teaches)
        {
            var output = new ArrayBufferWriter<byte>(32);
            lesson.Write(new StateWriter(output));
            Emit(offset, UserEffectKind.LearnIntervention, WellKnownGrains.Default, output.WrittenSpan.ToArray());
        }

        Count(join switch
        {
            InterventionJoin.Late => Domain.Rewards.JoinOutcome.Late,
            InterventionJoin.Unknown => Domain.Rewards.JoinOutcome.UnknownDecision,
            _ => Domain.Rewards.JoinOutcome.Joined,
        });
    }

    private void Remember(DecisionPayload decision)
    {
        if (InterventionRecord.IsIntervention(decision.Body.AsSpan()))
        {
            var record = InterventionRecord.Read(decision.Body.AsSpan());
            State.Interventions.Add(record.DecisionId, record.Action, record.Context, record.At);
        }
    }

    private static void Count(JoinOutcome outcome)
    {
        switch (outcome)
        {
            case Domain.Rewards.JoinOutcome.Joined or Domain.Rewards.JoinOutcome.Amended:
                EngineMeters.OutcomesJoined.Add(1);
                break;
            case Domain.Rewards.JoinOutcome.NotApplicable or Domain.Rewards.JoinOutcome.DecisionAdded
                or Domain.Rewards.JoinOutcome.AlreadyApplied:
                break;
            default:
                EngineMeters.OutcomesUnjoined.Add(1, new KeyValuePair<string, object?>("reason", outcome.ToString()));
                break;
        }
    }
}
