using Grpc.Core;

namespace Grpc.AspNetCore.Server.Model;

/// <summary>A service's method with one request and one response.</summary>
public delegate Task<TResponse> UnaryServerMethod<TService, TRequest, TResponse>(
    TService service, TRequest request, ServerCallContext serverCallContext)
    where TService : class
    where TRequest : class
    where TResponse : class;

/// <summary>A service's method with many requests and one response.</summary>
public delegate Task<TResponse> ClientStreamingServerMethod<TService, TRequest, TResponse>(
    TService service, IAsyncStreamReader<TRequest> stream, ServerCallContext serverCallContext)
    where TService : class
    where TRequest : class
    where TResponse : class;

/// <summary>A service's method with one request and many responses.</summary>
public delegate Task ServerStreamingServerMethod<TService, TRequest, TResponse>(
    TService service, TRequest request, IServerStreamWriter<TResponse> stream, ServerCallContext serverCallContext)
    where TService : class
    where TRequest : class
    where TResponse : class;

/// <summary>A service's method with many requests and many responses.</summary>
public delegate Task DuplexStreamingServerMethod<TService, TRequest, TResponse>(
    TService service, IAsyncStreamReader<TRequest> input, IServerStreamWriter<TResponse> output, ServerCallContext serverCallContext)
    where TService : class
    where TRequest : class
    where TResponse : class;
