using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server;

/// <summary>Makes an interceptor for a call.</summary>
public interface IGrpcInterceptorActivator
{
    /// <summary>An interceptor for a call.</summary>
    GrpcActivatorHandle<Interceptor> Create(IServiceProvider serviceProvider, InterceptorRegistration interceptorRegistration);

    /// <summary>Lets go of an interceptor when its call is over.</summary>
    ValueTask ReleaseAsync(GrpcActivatorHandle<Interceptor> interceptor);
}

/// <summary>Makes interceptors of one type.</summary>
public interface IGrpcInterceptorActivator<TInterceptor> : IGrpcInterceptorActivator
    where TInterceptor : Interceptor;
