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
using Personalization.Domain.Recommendations.Modes;
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
    /// <param name="configuration">
    /// Sections <c>Pump</c>, <c>Recommender</c>, <c>Rewards</c>, <c>Interventions</c>, <c>Experiment</c>, <c>Intent</c>, <c>Consent</c>.
    /// </param>
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
        services.AddSingleton(static provider =>
        {
            var pump = provider.GetRequiredService<IOptions<PumpOptions>>().Value;
            return new PumpGate(
                pump.Places, pump.BatchSize, provider.GetRequiredService<WaitingCalls>(), provider.GetRequiredService<TimeProvider>());
        });
        services.TryAddSingleton<FoldBacklog>();
        services.TryAddSingleton<WaitingCalls>();
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
        services.AddSettings(configuration, "Consent", static section => Apply(section, new ConsentPolicy()));
        services.TryAddSingleton(static provider => provider.Of<ConsentPolicy>());
        services.TryAddSingleton(RecommendationModel.Default);
        services.AddSettings(configuration, "Recommender", static section => new Recommender(Apply(section, new RecommenderOptions())));
        services.TryAddSingleton(static provider => provider.Of<Recommender>());
        services.AddSettings(configuration, "Rewards", static section => Apply(section, new RewardOptions()));
        services.TryAddSingleton(static provider => new RewardModel(provider.Of<RewardOptions>()));
        services.TryAddSingleton(static provider => provider.GetRequiredService<RewardModel>().Options);
        services.AddSettings(configuration, "Interventions", static section =>
        {
            var options = Apply(section, new InterventionOptions());
            Settings.ThrowIfAny(section, options.Validate());
            return new InterventionPolicy(options);
        });
        services.TryAddSingleton(static provider => provider.Of<InterventionPolicy>());
        services.AddSettings(configuration, "Experiment", static section => new ExperimentSetup(ReadExperiment(section)));
        services.TryAddSingleton(static provider => provider.Of<ExperimentSetup>());
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
        services.AddSingleton(static provider => new PolicyModesCodec(FeatureSchema.Shape, provider.GetRequiredService<RecommendationModel>().Policy));
        services.AddSingleton<IStateCodec<PolicyState>, PolicyStateCodec>();
        services.AddSingleton<IStateCodec<PreviousPolicy>, PreviousPolicyCodec>();
        services.AddSingleton(static provider => new CoVisitationCodec(provider.GetRequiredService<RecommendationModel>().CoVisitation));
        services.AddSingleton<PopularityCodec>();
        services.AddSingleton<IStateCodec<VisitsState>, VisitsStateCodec>();
        services.AddSingleton<IStateCodec<JournalPage>, JournalPageCodec>();
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

    private static RecommenderOptions Apply(IConfigurationSection section, RecommenderOptions options) => options with
    {
        Exploration = ExplorationOf(section) ?? options.Exploration,
        // Who says how to explore says it for everybody.
        StrangerExploration = ExplorationOf(section) ?? options.StrangerExploration,
        PoolSize = section.GetValue("PoolSize", options.PoolSize),
        PoolOptimism = section.GetValue("PoolOptimism", options.PoolOptimism),
        KeepPoolFor = section.GetValue("KeepPoolFor", options.KeepPoolFor),
        CandidateLogShare = section.GetValue("CandidateLogShare", options.CandidateLogShare),
        Examination = section["Examination"] is { } examination ? ExaminationModels.Parse(examination) : options.Examination,
        InheritFromAlike = section.GetValue("InheritFromAlike", options.InheritFromAlike),
    };

    private static IExplorationRule? ExplorationOf(IConfigurationSection section) =>
        section["Exploration"] is { } name ? ExplorationRules.Make(name, parameter => section.GetValue<double?>(parameter)) : null;

    private static RewardOptions Apply(IConfigurationSection section, RewardOptions options)
    {
        options = options with
        {
            MinReward = section.GetValue("MinReward", options.MinReward),
            MaxReward = section.GetValue("MaxReward", options.MaxReward),
            Window = section.GetValue("Window", options.Window),
            AmendFor = section.GetValue("AmendFor", options.AmendFor),
            Capacity = section.GetValue("Capacity", options.Capacity),
            UnseenCapacity = section.GetValue("UnseenCapacity", options.UnseenCapacity),
            RequireImpression = section.GetValue("RequireImpression", options.RequireImpression),
            DefaultMarginRate = section.GetValue("DefaultMarginRate", options.DefaultMarginRate),
        };
        options.Validate();
        return options;
    }

    private static InterventionOptions Apply(IConfigurationSection section, InterventionOptions options) => options with
    {
        HelpCost = section.GetValue("HelpCost", options.HelpCost),
        SurveyCost = section.GetValue("SurveyCost", options.SurveyCost),
        PerkCost = section.GetValue("PerkCost", options.PerkCost),
        HumanCost = section.GetValue("HumanCost", options.HumanCost),
        DiscountPercents = section.GetSection("DiscountPercents").Get<double[]>() is { } percents ? [.. percents] : options.DiscountPercents,
        MarginFloor = section.GetValue("MarginFloor", options.MarginFloor),
        DailyBudget = section.GetValue("DailyBudget", options.DailyBudget),
        DailyCap = section.GetValue("DailyCap", options.DailyCap),
        Cooldown = section.GetValue("Cooldown", options.Cooldown),
        MinConfidence = section.GetValue("MinConfidence", options.MinConfidence),
        HoldoutShare = section.GetValue("HoldoutShare", options.HoldoutShare),
        Exploration = section.GetValue("Exploration", options.Exploration),
        Floor = section.GetValue("Floor", options.Floor),
        PriorConversion = section.GetValue("PriorConversion", options.PriorConversion),
        PriorWeight = section.GetValue("PriorWeight", options.PriorWeight),
        ContextWeight = section.GetValue("ContextWeight", options.ContextWeight),
        IntentWeight = section.GetValue("IntentWeight", options.IntentWeight),
        OutcomeWindow = section.GetValue("OutcomeWindow", options.OutcomeWindow),
    };

    // What is read off the body is granted by the shopper or not at all: there is no default to set.
    private static ConsentPolicy Apply(IConfigurationSection section, ConsentPolicy policy) => policy with
    {
        Personalization = section.GetValue("Personalization", policy.Personalization),
        Analytics = section.GetValue("Analytics", policy.Analytics),
        ModelTraining = section.GetValue("ModelTraining", policy.ModelTraining),
        Marketing = section.GetValue("Marketing", policy.Marketing),
        Behaviour = section.GetValue("Behaviour", policy.Behaviour),
        Text = section.GetValue("Text", policy.Text),
        Survey = section.GetValue("Survey", policy.Survey),
    };

    private static Experiment? ReadExperiment(IConfigurationSection section)
    {
        if (!section.GetChildren().Any())
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
