using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Goes on configuring gRPC.</summary>
public interface IGrpcServerBuilder
{
    /// <summary>The services that gRPC was added to.</summary>
    IServiceCollection Services { get; }
}
