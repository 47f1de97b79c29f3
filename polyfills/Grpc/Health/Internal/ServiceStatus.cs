using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>From the results of health checks to the status of a service.</summary>
internal static class ServiceStatus
{
    /// <summary>One unhealthy result takes a service out; a degraded one does not; without any result nothing is known.</summary>
    public static ServingStatus Of(IEnumerable<HealthReportEntry> results)
    {
        var status = ServingStatus.Unknown;
        foreach (var result in results)
        {
            if (result.Status == HealthStatus.Unhealthy)
            {
                return ServingStatus.NotServing;
            }

            status = ServingStatus.Serving;
        }

        return status;
    }
}
