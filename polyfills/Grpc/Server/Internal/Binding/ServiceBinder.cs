using System.Reflection;
using Grpc.AspNetCore.Server.Internal.Handlers;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>
/// Is told of a service's methods by generated code and makes an endpoint of each. The implementing method is found by
/// reflection here, once; calls go through an open delegate.
/// </summary>
internal sealed class ServiceBinder<TService>(
    Type baseType, ServicePipeline<TService> pipeline, MethodOptions options, ILogger logger) : ServiceBinderBase
    where TService : class
{
    public List<MethodModel> Methods { get; } = [];

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find(method, typeof(TRequest), typeof(ServerCallContext));
        var target = pipeline.Build(
            implementation.CreateDelegate<UnaryServerMethod<TService, TRequest, TResponse>>(), options.Interceptors);
        Add(method, implementation, new UnaryCallHandler<TRequest, TResponse>(method, target, options, logger));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        var target = pipeline.Build(
            implementation.CreateDelegate<ClientStreamingServerMethod<TService, TRequest, TResponse>>(), options.Interceptors);
        Add(method, implementation, new ClientStreamingCallHandler<TRequest, TResponse>(method, target, options, logger));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find(method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var target = pipeline.Build(
            implementation.CreateDelegate<ServerStreamingServerMethod<TService, TRequest, TResponse>>(), options.Interceptors);
        Add(method, implementation, new ServerStreamingCallHandler<TRequest, TResponse>(method, target, options, logger));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find(
            method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var target = pipeline.Build(
            implementation.CreateDelegate<DuplexStreamingServerMethod<TService, TRequest, TResponse>>(), options.Interceptors);
        Add(method, implementation, new DuplexStreamingCallHandler<TRequest, TResponse>(method, target, options, logger));
    }

    /// <summary>The override nearest to the service type; a method that only hides the generated one is not it.</summary>
    private MethodInfo Find(IMethod method, params Type[] parameters)
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            var candidate = type.GetMethod(
                method.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly, parameters);
            if (candidate is { IsVirtual: true } && candidate.GetBaseDefinition().DeclaringType == baseType)
            {
                return candidate;
            }
        }

        throw new InvalidOperationException($"Could not find '{method.Name}' on {typeof(TService)}.");
    }

    private void Add<TRequest, TResponse>(
        Method<TRequest, TResponse> method, MethodInfo implementation, CallHandler<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        // Those of the method come last: the last of a kind is the one that counts.
        List<object> metadata =
        [
            .. typeof(TService).GetCustomAttributes(inherit: true),
            .. implementation.GetCustomAttributes(inherit: true),
            new HttpMethodMetadata(["POST"], acceptCorsPreflight: true),
            new GrpcMethodMetadata(typeof(TService), method),
        ];
        Methods.Add(new MethodModel(method, metadata, handler.HandleAsync));
    }
}
