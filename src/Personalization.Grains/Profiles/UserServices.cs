using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Rewards;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Rewards;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Profiles;

/// <summary>What every user's grain on a silo shares.</summary>
public sealed record UserServices(
    IEventLog Log,
    TimeProvider Time,
    ProfileModel ProfileModel,
    ConsentPolicy ConsentPolicy,
    EngineSnapshots Snapshots,
    Recommender Recommender,
    ExperimentSetup Experiments,
    InterventionPolicy InterventionPolicy,
    RewardModel Rewards,
    AttributionTokenSigner Tokens,
    IDecisionIds DecisionIds,
    DecisionRecorder Recorder,
    RecentDecisions Recent,
    UserStateCodec StateCodec,
    DurableCheckpoints Checkpoints,
    IntentReader Intents);
