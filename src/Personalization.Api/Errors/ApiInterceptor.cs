using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Personalization.Api.Operations;

namespace Personalization.Api.Errors;

/// <summary>What every call goes through: the concurrency gate, the mapping of exceptions, metrics and the request log.</summary>
internal sealed partial class ApiInterceptor(ConcurrencyGate gate, ApiMetrics metrics, TimeProvider time, ILogger<ApiInterceptor> logger)
    : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (!IsEngines(context))
        {
            return await continuation(request, context);
        }

        var start = time.GetTimestamp();
        try
        {
            gate.EnterCall();
            try
            {
                var response = await continuation(request, context);
                Answered(context, StatusCode.OK, start);
                return response;
            }
            finally
            {
                gate.LeaveCall();
            }
        }
        catch (Exception e)
        {
            throw Refuse(e, context, start);
        }
    }

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        StreamAsync(context, () => continuation(request, responseStream, context));

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        var requests = IsEngines(context) ? new EndingReader<TRequest>(requestStream, gate) : requestStream;
        await StreamAsync(context, async () => response = await continuation(requests, context));
        return response!;
    }

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        StreamAsync(context, () => continuation(
            IsEngines(context) ? new EndingReader<TRequest>(requestStream, gate) : requestStream, responseStream, context));

    // Health and reflection stand beside the engine's own services: they answer when it is full, and until it is gone.
    private static bool IsEngines(ServerCallContext context) =>
        context.Method.StartsWith("/personalization.", StringComparison.Ordinal);

    private async Task StreamAsync(ServerCallContext context, Func<Task> stream)
    {
        if (!IsEngines(context))
        {
            await stream();
            return;
        }

        var start = time.GetTimestamp();
        try
        {
            gate.EnterStream();
            try
            {
                await stream();
                Answered(context, StatusCode.OK, start);
            }
            finally
            {
                gate.LeaveStream();
            }
        }
        catch (Exception e)
        {
            throw Refuse(e, context, start);
        }
    }

    private void Answered(ServerCallContext context, StatusCode status, long start)
    {
        var took = time.GetElapsedTime(start);
        metrics.Answered(context.Method, status, took);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogAnswered(logger, context.Method, status, took.TotalMilliseconds);
        }
    }

    private RpcException Refuse(Exception exception, ServerCallContext context, long start)
    {
        var reference = Activity.Current?.TraceId.ToString() ?? context.GetHttpContext().TraceIdentifier;
        var ended = exception is OperationCanceledException && gate.Closing.IsCancellationRequested
            && !context.CancellationToken.IsCancellationRequested;
        var refusal = ended
            ? ConcurrencyGate.Stopping()
            : ExceptionMapping.ToRpc(exception, context, time.GetUtcNow(), reference);
        Answered(context, refusal.StatusCode, start);
        if (refusal.StatusCode == StatusCode.Internal)
        {
            LogFailed(logger, exception, context.Method, reference);
        }
        else if (refusal.StatusCode == StatusCode.Unavailable && !gate.Closing.IsCancellationRequested)
        {
            LogUnavailable(logger, exception, context.Method);
        }

        return refusal;
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} answered {Status} in {Milliseconds:F2} ms")]
    private static partial void LogAnswered(ILogger logger, string method, StatusCode status, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{Method} failed; reference {Reference}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string reference);

    [LoggerMessage(3, LogLevel.Warning, "{Method} could not reach a part of the engine")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string method);
}
