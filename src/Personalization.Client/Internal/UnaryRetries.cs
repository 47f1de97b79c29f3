using Grpc.Core;

namespace Personalization.Client.Internal;

/// <summary>One unary call and its repetitions. Headers, status and trailers are those of the attempt that was final.</summary>
internal sealed class UnaryRetries<TRequest, TResponse>(
    CallInvoker inner,
    PersonalizationClientOptions options,
    Method<TRequest, TResponse> method,
    string? host,
    CallOptions callOptions,
    TRequest request)
    where TRequest : class
    where TResponse : class
{
    private readonly CancellationTokenSource _disposed = new();
    private AsyncUnaryCall<TResponse>? _current;
    private Task<TResponse>? _response;

    public void Start() => _response = RunAsync();

    /// <summary>The call as the caller sees it; the headers are asked for, if at all, only once somebody wants them.</summary>
    public AsyncUnaryCall<TResponse> ToCall() => new(
        _response!,
        static state => ((UnaryRetries<TRequest, TResponse>)state).HeadersAsync(),
        static state => ((UnaryRetries<TRequest, TResponse>)state).Current.GetStatus(),
        static state => ((UnaryRetries<TRequest, TResponse>)state).Current.GetTrailers(),
        static state => ((UnaryRetries<TRequest, TResponse>)state).Dispose(),
        this);

    private AsyncUnaryCall<TResponse> Current => _current ?? throw new InvalidOperationException("The call has not been made.");

    private async Task<TResponse> RunAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var call = inner.AsyncUnaryCall(method, host, callOptions, request);
            Volatile.Write(ref _current, call);
            try
            {
                return await call.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException failure) when (DelayAfter(failure, attempt) is { } delay)
            {
                call.Dispose();
                await WaitAsync(delay, failure).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan? DelayAfter(RpcException failure, int attempt)
    {
        var delay = options.Retry.DelayAfter(failure, attempt, Random.Shared.NextDouble());
        var inTime = callOptions.Deadline is not { } deadline || options.TimeProvider.GetUtcNow().UtcDateTime + delay < deadline;
        return inTime ? delay : null;
    }

    /// <summary>Waits; the caller giving up meanwhile is told of the failure that was being waited out.</summary>
    private async Task WaitAsync(TimeSpan delay, RpcException failure)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token, callOptions.CancellationToken);
        try
        {
            await Task.Delay(delay, options.TimeProvider, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, $"Given up while waiting to repeat: {failure.Status.Detail}", failure));
        }
    }

    private async Task<Metadata> HeadersAsync()
    {
        try
        {
            await _response!.ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // The failure is the response's to tell; whatever headers came are still the call's.
        }

        return await Current.ResponseHeadersAsync.ConfigureAwait(false);
    }

    private void Dispose()
    {
        _disposed.Cancel();
        Volatile.Read(ref _current)?.Dispose();
    }
}
