namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Which health checks make up the status of a service.</summary>
public sealed class ServiceMapping
{
    /// <summary>A service and the checks that count for it.</summary>
    public ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
    {
        Name = name;
        HealthCheckPredicate = predicate;
    }

    /// <summary>The service.</summary>
    public string Name { get; }

    /// <summary>Says of a check whether it counts.</summary>
    public Func<HealthCheckMapContext, bool>? HealthCheckPredicate { get; }

    internal bool Counts(string check, IEnumerable<string> tags) =>
        HealthCheckPredicate is null || HealthCheckPredicate(new HealthCheckMapContext(check, tags));
}
