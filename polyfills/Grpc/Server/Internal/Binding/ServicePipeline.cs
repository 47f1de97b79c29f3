using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>
/// Makes of a service's method a handler that needs no service: each call gets a service from the activator and lets go of it
/// at its end. Built once per method.
/// </summary>
internal sealed class ServicePipeline<TService>(IGrpcServiceActivator<TService> activator, InterceptorPipeline interceptors)
    where TService : class
{
    public UnaryServerMethod<TRequest, TResponse> Build<TRequest, TResponse>(
        UnaryServerMethod<TService, TRequest, TResponse> method, IReadOnlyList<InterceptorRegistration> registrations)
        where TRequest : class
        where TResponse : class
    {
        UnaryServerMethod<TRequest, TResponse> inner = (request, context) =>
        {
            // A service that outlives the call needs no release, and so no state machine around the method.
            var handle = Create(context);
            return handle.Created ? ReleaseAfterwards(request, context, handle) : method(handle.Instance, request, context);
        };
        return interceptors.Wrap(inner, registrations);

        async Task<TResponse> ReleaseAfterwards(TRequest message, ServerCallContext context, GrpcActivatorHandle<TService> handle)
        {
            try
            {
                return await method(handle.Instance, message, context);
            }
            finally
            {
                await activator.ReleaseAsync(handle);
            }
        }
    }

    public ClientStreamingServerMethod<TRequest, TResponse> Build<TRequest, TResponse>(
        ClientStreamingServerMethod<TService, TRequest, TResponse> method, IReadOnlyList<InterceptorRegistration> registrations)
        where TRequest : class
        where TResponse : class
    {
        ClientStreamingServerMethod<TRequest, TResponse> inner = (requests, context) =>
        {
            // A service that outlives the call needs no release, and so no state machine around the method.
            var handle = Create(context);
            return handle.Created ? ReleaseAfterwards(requests, context, handle) : method(handle.Instance, requests, context);
        };
        return interceptors.Wrap(inner, registrations);

        async Task<TResponse> ReleaseAfterwards(IAsyncStreamReader<TRequest> message, ServerCallContext context, GrpcActivatorHandle<TService> handle)
        {
            try
            {
                return await method(handle.Instance, message, context);
            }
            finally
            {
                await activator.ReleaseAsync(handle);
            }
        }
    }

    public ServerStreamingServerMethod<TRequest, TResponse> Build<TRequest, TResponse>(
        ServerStreamingServerMethod<TService, TRequest, TResponse> method, IReadOnlyList<InterceptorRegistration> registrations)
        where TRequest : class
        where TResponse : class
    {
        ServerStreamingServerMethod<TRequest, TResponse> inner = async (request, responses, context) =>
        {
            var handle = Create(context);
            try
            {
                await method(handle.Instance, request, responses, context);
            }
            finally
            {
                await activator.ReleaseAsync(handle);
            }
        };
        return interceptors.Wrap(inner, registrations);
    }

    public DuplexStreamingServerMethod<TRequest, TResponse> Build<TRequest, TResponse>(
        DuplexStreamingServerMethod<TService, TRequest, TResponse> method, IReadOnlyList<InterceptorRegistration> registrations)
        where TRequest : class
        where TResponse : class
    {
        DuplexStreamingServerMethod<TRequest, TResponse> inner = async (requests, responses, context) =>
        {
            var handle = Create(context);
            try
            {
                await method(handle.Instance, requests, responses, context);
            }
            finally
            {
                await activator.ReleaseAsync(handle);
            }
        };
        return interceptors.Wrap(inner, registrations);
    }

    private GrpcActivatorHandle<TService> Create(ServerCallContext context)
    {
        var handle = activator.Create(context.GetHttpContext().RequestServices);
        return handle.Instance is null
            ? throw new InvalidOperationException($"Could not construct service instance for type {typeof(TService).FullName}")
            : handle;
    }
}
