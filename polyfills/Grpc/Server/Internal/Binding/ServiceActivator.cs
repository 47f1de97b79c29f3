using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>Takes a service from the call's container when it is registered there, and makes one otherwise.</summary>
internal sealed class ServiceActivator<TService> : IGrpcServiceActivator<TService>
    where TService : class
{
    private readonly Lazy<ObjectFactory<TService>> _factory = new(() => ActivatorUtilities.CreateFactory<TService>([]));

    public GrpcActivatorHandle<TService> Create(IServiceProvider serviceProvider) =>
        serviceProvider.GetService<TService>() is { } registered
            ? new GrpcActivatorHandle<TService>(registered, created: false, state: null)
            : new GrpcActivatorHandle<TService>(_factory.Value(serviceProvider, []), created: true, state: null);

    public ValueTask ReleaseAsync(GrpcActivatorHandle<TService> service) => Release.Of(service.Instance, service.Created);
}
