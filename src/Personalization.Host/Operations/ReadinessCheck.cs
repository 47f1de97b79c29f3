using Microsoft.Extensions.Diagnostics.HealthChecks;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;

namespace Personalization.Host.Operations;

/// <summary>Ready: the log takes events and the grains answer.</summary>
internal sealed class ReadinessCheck(LogFacts facts, IGrainFactory grains, StopSignal stop) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (stop.HasBegun)
        {
            return HealthCheckResult.Unhealthy("The engine is stopping.");
        }

        if (facts.Fault is { } fault)
        {
            return HealthCheckResult.Unhealthy($"The event log cannot take events: {fault}");
        }

        try
        {
            await grains.GetGrain<IIngestionPartitionGrain>(0).GetProgress().WaitAsync(TimeSpan.FromSeconds(2), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e)
        {
            return HealthCheckResult.Unhealthy("The grains do not answer.", e);
        }
    }
}
