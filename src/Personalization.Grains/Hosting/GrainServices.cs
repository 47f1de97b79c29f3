using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;
using Personalization.Domain.Consent;
using Personalization.Domain.Experiments;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Interventions;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Interventions;
using Personalization.Grains.Operations;
using Personalization.Grains.Products;
using Personalization.Grains.Profiles;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Rewards;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains;

/// <summary>Adds what the grains need.</summary>
public static class GrainServices
{
    /// <summary>Adds models, codecs and snapshots. Wrong options stop the start and say which and why.</summary>
    /// <param name="services">Receives them.</param>
    /// <param name="configuration">Sections <c>Pump</c>, <c>Recommender</c>, <c>Rewards</c>, <c>Interventions</c>, <c>Experiment</c>, <c>Intent</c>.</param>
    public static IServiceCollection AddPersonalizationGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<PumpOptions>, PumpOptionsValidator>();
        services.AddOptions<PumpOptions>().Bind(configuration.GetSection(PumpOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IntentOptions>, IntentOptionsValidator>();
        services.AddOptions<IntentOptions>().Bind(configuration.GetSection(IntentOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IIntentScorer, NoIntentScorer>();
        services.AddSingleton<IntentReader>();
        services.AddModels(configuration);
        services.AddCodecs();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<EngineSnapshots>();
        services.AddSingleton(static provider => new PumpGate(
            provider.GetRequiredService<IOptions<PumpOptions>>().Value.Places, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<FoldBacklog>();
        services.AddSingleton<SettledFolds>();
        services.AddSingleton<RecentDecisions>();
        services.AddSingleton<DecisionRecorder>();
        services.AddSingleton(static provider => new DurableCheckpoints(provider.GetRequiredService<IEventLog>().PartitionCount));
        services.AddSingleton<UserServices>();
        return services;
    }

    /// <summary>Has the silo's snapshots followed from before it takes calls until it begins to stop.</summary>
    public static ISiloBuilder AddPersonalizationSilo(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SnapshotFollowing>();
        return silo;
    }

    private static void AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(ProfileModel.Default);
        services.TryAddSingleton(static provider => new ProductModel(new ProductOptions(), provider.GetRequiredService<ProfileModel>()));
        services.TryAddSingleton(static _ => new ConsentPolicy());
        services.TryAddSingleton(RecommendationModel.Default);
        services.TryAddSingleton(new Recommender(Bind(configuration.GetSection("Recommender"), new RecommenderOptions(), Apply)));
        services.TryAddSingleton(new RewardModel(Bind(configuration.GetSection("Rewards"), new RewardOptions(), Apply)));
        services.TryAddSingleton(static provider => provider.GetRequiredService<RewardModel>().Options);
        services.TryAddSingleton(new InterventionPolicy(Bind(configuration.GetSection("Interventions"), new InterventionOptions(), Apply)));
        services.TryAddSingleton(new ExperimentSetup(ReadExperiment(configuration.GetSection("Experiment"))));
    }

    private static void AddCodecs(this IServiceCollection services)
    {
        services.AddSingleton(static provider => new UserProfileCodec(provider.GetRequiredService<ProfileModel>(), KnownProducts(provider)));
        services.AddSingleton(static provider => new RewardJoinerCodec(provider.GetRequiredService<RewardModel>().Options));
        services.AddSingleton<UserStateCodec>();
        services.AddSingleton<IStateCodec<UserState>>(static provider => provider.GetRequiredService<UserStateCodec>());
        services.AddSingleton(static provider => new ProductSentimentCodec(provider.GetRequiredService<ProductModel>()));
        services.AddSingleton<IStateCodec<ProductState>, ProductStateCodec>();
        services.AddSingleton(static provider => new PolicyStatisticsCodec(FeatureSchema.Shape, provider.GetRequiredService<RecommendationModel>().Policy));
        services.AddSingleton<IStateCodec<PolicyState>, PolicyStateCodec>();
        services.AddSingleton(static provider => new CoVisitationCodec(provider.GetRequiredService<RecommendationModel>().CoVisitation));
        services.AddSingleton<PopularityCodec>();
        services.AddSingleton<IStateCodec<VisitsState>, VisitsStateCodec>();
        services.AddSingleton<IStateCodec<InterventionStatistics>, InterventionStatisticsCodec>();
        services.AddSingleton<IStateCodec<PartitionState>, PartitionStateCodec>();
        services.AddSingleton<IStateCodec<DecisionLogState>, DecisionLogStateCodec>();
    }

    // Whatever products the silo knows when a profile is read: their ids are strings already.
    private static Func<IKnownTexts> KnownProducts(IServiceProvider provider)
    {
        var snapshots = provider.GetRequiredService<EngineSnapshots>();
        return () => snapshots.Current.Catalog.Directory;
    }

    private static T Bind<T>(IConfigurationSection section, T defaults, Func<IConfigurationSection, T, T> apply) =>
        section.Exists() ? apply(section, defaults) : defaults;

    private static RecommenderOptions Apply(IConfigurationSection section, RecommenderOptions options) => options with
    {
        Exploration = ExplorationOf(section) ?? options.Exploration,
        // Who says how to explore says it for everybody.
        StrangerExploration = ExplorationOf(section) ?? options.StrangerExploration,
        PoolSize = section.GetValue("PoolSize", options.PoolSize),
        PoolOptimism = section.GetValue("PoolOptimism", options.PoolOptimism),
        KeepPoolFor = section.GetValue("KeepPoolFor", options.KeepPoolFor),
        CandidateLogShare = section.GetValue("CandidateLogShare", options.CandidateLogShare),
    };

    private static IExplorationRule? ExplorationOf(IConfigurationSection section) => section["Exploration"] switch
    {
        null => null,
        "linmed" => new LinMed(section.GetValue("Beta", 0.03), section.GetValue("Floor", 0.01)),
        "epsilon-greedy" => new EpsilonGreedy(section.GetValue("Epsilon", 0.05)),
        "greedy" => new Greedy(),
        "uniform" => new UniformRule(),
        var other => throw new ArgumentException(
            $"Recommender:Exploration is '{other}'; it must be linmed, epsilon-greedy, greedy or uniform."),
    };

    private static RewardOptions Apply(IConfigurationSection section, RewardOptions options) => options with
    {
        Window = section.GetValue("Window", options.Window),
        AmendFor = section.GetValue("AmendFor", options.AmendFor),
        Capacity = section.GetValue("Capacity", options.Capacity),
        RequireImpression = section.GetValue("RequireImpression", options.RequireImpression),
    };

    private static InterventionOptions Apply(IConfigurationSection section, InterventionOptions options) => options with
    {
        HelpCost = section.GetValue("HelpCost", options.HelpCost),
        SurveyCost = section.GetValue("SurveyCost", options.SurveyCost),
        PerkCost = section.GetValue("PerkCost", options.PerkCost),
        HumanCost = section.GetValue("HumanCost", options.HumanCost),
        MarginFloor = section.GetValue("MarginFloor", options.MarginFloor),
        DailyBudget = section.GetValue("DailyBudget", options.DailyBudget),
        DailyCap = section.GetValue("DailyCap", options.DailyCap),
        Cooldown = section.GetValue("Cooldown", options.Cooldown),
        MinConfidence = section.GetValue("MinConfidence", options.MinConfidence),
        HoldoutShare = section.GetValue("HoldoutShare", options.HoldoutShare),
        IntentWeight = section.GetValue("IntentWeight", options.IntentWeight),
    };

    private static Experiment? ReadExperiment(IConfigurationSection section)
    {
        if (!section.Exists())
        {
            return null;
        }

        var arms = section.GetSection("Arms").GetChildren()
            .Select(static arm => new ExperimentArm(arm.Key, arm.Get<double>()));
        return new Experiment
        {
            Name = section.GetValue("Name", "ranking")!,
            Version = section.GetValue("Version", 1),
            Arms = [.. arms],
        };
    }
}
