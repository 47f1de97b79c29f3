namespace Grpc.AspNetCore.HealthChecks;

/// <summary>A health check that may or may not count for a service.</summary>
public sealed class HealthCheckMapContext
{
    /// <summary>A check with its tags.</summary>
    public HealthCheckMapContext(string name, IEnumerable<string> tags)
    {
        Name = name;
        Tags = tags;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its tags.</summary>
    public IEnumerable<string> Tags { get; }
}
