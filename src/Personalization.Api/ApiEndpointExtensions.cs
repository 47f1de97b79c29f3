using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Personalization.Api.Ingestion;
using Personalization.Api.Interventions;
using Personalization.Api.Operations;
using Personalization.Api.Products;
using Personalization.Api.Profiles;
using Personalization.Api.Recommendations;
using Personalization.Api.Rewards;
using Personalization.Api.Rewards.Evaluation;
using Personalization.Api.Scoring;

namespace Personalization.Api;

/// <summary>Maps the gRPC API.</summary>
public static class ApiEndpointExtensions
{
    /// <summary>Maps every service of the contract.</summary>
    public static IEndpointRouteBuilder MapPersonalizationApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGrpcService<IngestionService>();
        endpoints.MapGrpcService<SentimentService>();
        endpoints.MapGrpcService<ModelService>();
        endpoints.MapGrpcService<RecommendationService>();
        endpoints.MapGrpcService<PolicyService>();
        endpoints.MapGrpcService<RewardService>();
        endpoints.MapGrpcService<InterventionService>();
        endpoints.MapGrpcService<ProfileService>();
        endpoints.MapGrpcService<CatalogService>();
        endpoints.MapGrpcService<EvaluationService>();
        endpoints.MapGrpcService<OperationsService>();
        return endpoints;
    }
}
