using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Personalization.Dashboard;
using Personalization.Grains.Operations;
using Personalization.V1;

namespace Personalization.Host.Operations;

/// <summary>Health, reflection, metrics and the figures behind the status page.</summary>
internal static class OperationsSetup
{
    private const string Ready = "ready";

    // One per public service, so that a load balancer can ask for the one that it sends calls to.
    private static readonly string[] s_services =
    [
        IngestionService.Descriptor.FullName,
        SentimentService.Descriptor.FullName,
        ModelService.Descriptor.FullName,
        RecommendationService.Descriptor.FullName,
        PolicyService.Descriptor.FullName,
        RewardService.Descriptor.FullName,
        InterventionService.Descriptor.FullName,
        ProfileService.Descriptor.FullName,
        CatalogService.Descriptor.FullName,
        EvaluationService.Descriptor.FullName,
        OperationsService.Descriptor.FullName,
    ];

    public static void AddOperations(this WebApplicationBuilder builder, StopSignal stop)
    {
        // That an engine which stops is not ready is no news.
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Diagnostics.HealthChecks", level => level >= LogLevel.Information && !stop.HasBegun);
        var services = builder.Services;
        services.AddSingleton<MeterAggregator>();
        services.AddSingleton<LogFacts>();
        services.AddSingleton<ScoringFacts>();
        services.AddSingleton<IEngineStatus, EngineStatusService>();
        services.AddSingleton<IDashboardSource, DashboardSource>();
        services.AddHealthChecks().AddCheck<ReadinessCheck>(Ready, tags: [Ready]);
        services.AddGrpcHealthChecks(health =>
        {
            foreach (var service in s_services)
            {
                health.Services.Map(service, static check => check.Tags.Contains(Ready));
            }
        });
        services.Configure<HealthCheckPublisherOptions>(static publisher =>
        {
            publisher.Delay = TimeSpan.FromSeconds(1);
            publisher.Period = TimeSpan.FromSeconds(5);
        });
        services.AddGrpcReflection();
        services.AddHostedService<StartLog>();
    }

    public static void MapOperations(this WebApplication app)
    {
        // Made now, so that it counts from the first call on.
        app.Services.GetRequiredService<MeterAggregator>();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains(Ready) });
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
    }
}
