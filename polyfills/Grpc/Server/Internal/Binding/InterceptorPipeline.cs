using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>Puts interceptors around a handler, the first outermost. Each call gets its interceptors from their activators.</summary>
internal sealed class InterceptorPipeline(IServiceProvider services)
{
    private readonly ConcurrentDictionary<Type, IGrpcInterceptorActivator> _activators = new();

    public UnaryServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        UnaryServerMethod<TRequest, TResponse> inner, IReadOnlyList<InterceptorRegistration> registrations)
        where TRequest : class
        where TResponse : class =>
        registrations.Reverse().Aggregate(inner, (next, registration) => async (request, context) =>
        {
            var lease = Create(registration, context);
            try
            {
                return await lease.Handle.Instance.UnaryServerHandler(request, context, next);
            }
            finally
            {
                await lease.ReleaseAsync();
            }
        });

    public ClientStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        ClientStreamingServerMethod<TRequest, TResponse> inner, IReadOnlyList<InterceptorRegistration> registrations)
        where TRequest : class
        where TResponse : class =>
        registrations.Reverse().Aggregate(inner, (next, registration) => async (requests, context) =>
        {
            var lease = Create(registration, context);
            try
            {
                return await lease.Handle.Instance.ClientStreamingServerHandler(requests, context, next);
            }
            finally
            {
                await lease.ReleaseAsync();
            }
        });

    public ServerStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        ServerStreamingServerMethod<TRequest, TResponse> inner, IReadOnlyList<InterceptorRegistration> registrations)
        where TRequest : class
        where TResponse : class =>
        registrations.Reverse().Aggregate(inner, (next, registration) => async (request, responses, context) =>
        {
            var lease = Create(registration, context);
            try
            {
                await lease.Handle.Instance.ServerStreamingServerHandler(request, responses, context, next);
            }
            finally
            {
                await lease.ReleaseAsync();
            }
        });

    public DuplexStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        DuplexStreamingServerMethod<TRequest, TResponse> inner, IReadOnlyList<InterceptorRegistration> registrations)
        where TRequest : class
        where TResponse : class =>
        registrations.Reverse().Aggregate(inner, (next, registration) => async (requests, responses, context) =>
        {
            var lease = Create(registration, context);
            try
            {
                await lease.Handle.Instance.DuplexStreamingServerHandler(requests, responses, context, next);
            }
            finally
            {
                await lease.ReleaseAsync();
            }
        });

    private Lease Create(InterceptorRegistration registration, ServerCallContext context)
    {
        var activator = _activators.GetOrAdd(
            registration.Type,
            static (type, provider) => (IGrpcInterceptorActivator)provider.GetRequiredService(typeof(IGrpcInterceptorActivator<>).MakeGenericType(type)),
            services);
        var handle = activator.Create(context.GetHttpContext().RequestServices, registration);
        return handle.Instance is null
            ? throw new InvalidOperationException($"Could not construct Interceptor instance for type {registration.Type.FullName}")
            : new Lease(activator, handle);
    }

    private readonly record struct Lease(IGrpcInterceptorActivator Activator, GrpcActivatorHandle<Interceptor> Handle)
    {
        public ValueTask ReleaseAsync() => Activator.ReleaseAsync(Handle);
    }
}
