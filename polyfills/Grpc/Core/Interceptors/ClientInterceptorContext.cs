namespace Grpc.Core.Interceptors;

/// <summary>The call that a client interceptor stands before.</summary>
public struct ClientInterceptorContext<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    /// <summary>A call.</summary>
    public ClientInterceptorContext(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Method = method;
        Host = host;
        Options = options;
    }

    /// <summary>Its method.</summary>
    public Method<TRequest, TResponse> Method { get; }

    /// <summary>The host that it names, if any.</summary>
    public string? Host { get; }

    /// <summary>Its options.</summary>
    public CallOptions Options { get; }
}
