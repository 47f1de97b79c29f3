using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>Takes an interceptor without arguments from the call's container when it is registered there, and makes one otherwise.</summary>
internal sealed class InterceptorActivator<TInterceptor> : IGrpcInterceptorActivator<TInterceptor>
    where TInterceptor : Interceptor
{
    public GrpcActivatorHandle<Interceptor> Create(IServiceProvider serviceProvider, InterceptorRegistration interceptorRegistration)
    {
        if (interceptorRegistration.Arguments.Count == 0 && serviceProvider.GetService<TInterceptor>() is { } registered)
        {
            return new GrpcActivatorHandle<Interceptor>(registered, created: false, state: null);
        }

        var made = (TInterceptor)interceptorRegistration.Create(serviceProvider);
        return new GrpcActivatorHandle<Interceptor>(made, created: true, state: null);
    }

    public ValueTask ReleaseAsync(GrpcActivatorHandle<Interceptor> interceptor) => Release.Of(interceptor.Instance, interceptor.Created);
}
