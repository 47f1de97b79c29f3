using Grpc.Core;

namespace Personalization.Client.Internal;

/// <summary>Tries unary calls again as <see cref="RetryOptions"/> says; streams pass through, for a stream's client must resume it itself.</summary>
internal sealed class RetryingCallInvoker(CallInvoker inner, PersonalizationClientOptions options) : CallInvoker
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions callOptions, TRequest request)
    {
        var retries = new UnaryRetries<TRequest, TResponse>(inner, options, method, host, WithDeadline(callOptions), RequestIds.WithId(request));
        retries.Start();
        return retries.ToCall();
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions callOptions, TRequest request) =>
        throw new NotSupportedException($"{method.FullName} blocks a thread: use the asynchronous call.");

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions callOptions, TRequest request) =>
        inner.AsyncServerStreamingCall(method, host, callOptions, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions callOptions) =>
        inner.AsyncClientStreamingCall(method, host, callOptions);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions callOptions) =>
        inner.AsyncDuplexStreamingCall(method, host, callOptions);

    private CallOptions WithDeadline(CallOptions callOptions) =>
        callOptions.Deadline is null && options.DefaultDeadline is { } span
            ? callOptions.WithDeadline(options.TimeProvider.GetUtcNow().UtcDateTime + span)
            : callOptions;
}
