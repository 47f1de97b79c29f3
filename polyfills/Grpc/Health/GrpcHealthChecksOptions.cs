namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Options of the health service.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which health checks make up the status of which service; all of them make up that of the server, whose name is empty.</summary>
    public ServiceMappingCollection Services { get; } = new();

    /// <summary>Whether the last published results answer, rather than checks made for the question.</summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Whether watches go on when the server stops, rather than end with NOT_SERVING.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
