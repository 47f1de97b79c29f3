using Grpc.Core;
using Grpc.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal.Handlers;

/// <summary>Serves the calls of one method: what is common to the four kinds.</summary>
internal abstract class CallHandler<TRequest, TResponse>(Method<TRequest, TResponse> method, MethodOptions options, ILogger logger)
    where TRequest : class
    where TResponse : class
{
    protected Func<DeserializationContext, TRequest> Deserializer { get; } = method.RequestMarshaller.ContextualDeserializer;

    protected Action<TResponse, SerializationContext> Serializer { get; } = method.ResponseMarshaller.ContextualSerializer;

    public Task HandleAsync(HttpContext context)
    {
        if (RequestRefusal.TryRefuse(context, logger))
        {
            return Task.CompletedTask;
        }

        var call = new ServerCall(context, options, logger);
        context.Features.Set<IServerCallContextFeature>(call);
        return RunToEndAsync(call);
    }

    protected abstract Task RunAsync(ServerCall call);

    /// <summary>Writes a call's only response; the server sends it together with the trailers.</summary>
    protected async ValueTask WriteSingleAsync(ServerCall call, TResponse? response)
    {
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        }

        if (call.IsDeadlineExceeded)
        {
            return;
        }

        if (!call.HttpContext.Response.HasStarted)
        {
            await call.HttpContext.Response.StartAsync();
        }

        Streams.MessageWriting.Write(call, response, Serializer);
    }

    /// <summary>A stream may idle and may be long: limits that are meant for uploads do not hold.</summary>
    protected static void LiftRequestLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    /// <summary>A stream outlives request timeouts unless its endpoint asks for one.</summary>
    protected static void LiftRequestTimeout(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestTimeoutFeature>() is { } timeout
            && context.GetEndpoint()?.Metadata is var metadata
            && metadata?.GetMetadata<RequestTimeoutAttribute>() is null
            && metadata?.GetMetadata<RequestTimeoutPolicy>() is null)
        {
            timeout.DisableTimeout();
        }
    }

    private async Task RunToEndAsync(ServerCall call)
    {
        try
        {
            call.Start();
            await RunAsync(call);
            await call.CompleteAsync();
        }
        catch (Exception error)
        {
            await call.FailAsync(error, method.Name);
        }
    }
}
