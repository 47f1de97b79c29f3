using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>Sets the statuses of services from the results that are published now and then, which watchers then see.</summary>
internal sealed class HealthPublisher(HealthServiceImpl service, IOptions<GrpcHealthChecksOptions> options) : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var mapping in options.Value.Services)
        {
            var counting = report.Entries.Where(entry => mapping.Counts(entry.Key, entry.Value.Tags)).Select(entry => entry.Value);
            service.SetStatus(mapping.Name, ServiceStatus.Of(counting));
        }

        return Task.CompletedTask;
    }
}
