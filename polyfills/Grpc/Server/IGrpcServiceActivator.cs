namespace Grpc.AspNetCore.Server;

/// <summary>Makes a service for a call.</summary>
public interface IGrpcServiceActivator<TGrpcService>
    where TGrpcService : class
{
    /// <summary>A service for a call.</summary>
    GrpcActivatorHandle<TGrpcService> Create(IServiceProvider serviceProvider);

    /// <summary>Lets go of a service when its call is over.</summary>
    ValueTask ReleaseAsync(GrpcActivatorHandle<TGrpcService> service);
}
