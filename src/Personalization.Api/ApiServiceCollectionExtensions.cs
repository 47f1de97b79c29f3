using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Personalization.Api.Consent;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion;
using Personalization.Api.Ingestion.Quarantine;
using Personalization.Api.Operations;
using Personalization.Api.Profiles;
using Personalization.Api.Rewards;
using Personalization.Api.Validation;
using Personalization.Domain.Consent;
using Personalization.Domain.Rewards;
using Personalization.Grains;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Api;

/// <summary>Adds the gRPC API to a host.</summary>
public static class ApiServiceCollectionExtensions
{
    /// <summary>Adds the API with options of the section <see cref="ApiOptions.SectionName"/>.</summary>
    /// <inheritdoc cref="AddPersonalizationApi(IServiceCollection, Action{ApiOptions})"/>
    public static IServiceCollection AddPersonalizationApi(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<ApiOptions>().Bind(configuration.GetSection(ApiOptions.SectionName));
        return services.AddPersonalizationApi();
    }

    /// <summary>Adds the API.</summary>
    /// <remarks>
    /// The host provides what the API stands on: <c>IGrainFactory</c>, <c>IEventLog</c>, <c>IRejectedEventStore</c>,
    /// <c>IDocumentStore</c>, <c>IUserKeyStore</c>, <c>IDecisionLog</c>, <c>IAcousticFeatureExtractor</c>,
    /// <c>AttributionTokenSigner</c>, <c>IEngineStatus</c>; and, where the defaults will not do, <c>TimeProvider</c>,
    /// <c>ConsentPolicy</c>, <c>RewardOptions</c> and further <see cref="IQuarantineRule"/>s, which run after the built-in ones.
    /// </remarks>
    public static IServiceCollection AddPersonalizationApi(this IServiceCollection services, Action<ApiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<ApiOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static _ => new ConsentPolicy());
        services.TryAddSingleton(static _ => new RewardOptions());
        AddDoors(services);
        AddCalls(services);
        return services;
    }

    private static void AddDoors(IServiceCollection services)
    {
        services.AddSingleton<IQuarantineRule, ImplausibleTimeRule>();
        services.AddSingleton<IQuarantineRule, ImplausibleDwellRule>();
        services.AddSingleton<IQuarantineRule, RepeatedTextRule>();
        services.AddSingleton<IQuarantineRule, UserRateRule>();
        services.AddSingleton<EventMapper>();
        services.TryAddSingleton<FoldBacklog>();
        services.TryAddSingleton<WaitingCalls>();
        services.AddSingleton<BacklogGate>();
        services.AddSingleton<SecondFold>();
        services.AddSingleton<FaceCrops>();
        services.AddSingleton<EventDoor>();
        services.AddSingleton<EventWriter>();
        services.AddSingleton<RejectedEvents>();
        services.AddSingleton<OutcomeDoor>();
        services.AddSingleton<ConsentDirectory>();
        services.AddSingleton<IConsentDirectory>(static s => s.GetRequiredService<ConsentDirectory>());
        services.AddSingleton<IdentityDirectory>();
        services.AddSingleton<IIdentityDirectory>(static s => s.GetRequiredService<IdentityDirectory>());
        services.AddSingleton<PartitionBarrier>();
        services.AddSingleton<Erasure>();
        services.AddSingleton<Reads>();
        services.TryAddSingleton(typeof(GrainReferences<>));
    }

    private static void AddCalls(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<ApiMetrics>();
        services.AddSingleton<ConcurrencyGate>();
        services.AddSingleton(static s => new ApiShutdown(s.GetRequiredService<ConcurrencyGate>()));
        services.AddSingleton<ApiInterceptor>();

        // Stateless: one of each will do, and none has to be made for a call.
        services.AddSingleton<IngestionService>();
        services.AddSingleton<Scoring.ScoringDoor>();
        services.AddSingleton<Scoring.SentimentService>();
        services.AddSingleton<Scoring.ModelService>();
        services.AddSingleton<Recommendations.RecommendationService>();
        services.AddSingleton<Recommendations.PolicyService>();
        services.AddSingleton<RewardService>();
        services.AddSingleton<Interventions.InterventionService>();
        services.AddSingleton<ProfileService>();
        services.AddSingleton<Products.CatalogService>();
        services.AddSingleton<Rewards.Evaluation.DecisionLogEvaluator>();
        services.AddSingleton<Rewards.Evaluation.EvaluationService>();
        services.AddSingleton<OperationsService>();
        services.AddGrpc(static grpc => grpc.Interceptors.Add<ApiInterceptor>());
        services.AddOptions<GrpcServiceOptions>().Configure<IOptions<ApiOptions>>(
            static (grpc, api) => grpc.MaxReceiveMessageSize = api.Value.MaxMessageBytes);
    }
}
