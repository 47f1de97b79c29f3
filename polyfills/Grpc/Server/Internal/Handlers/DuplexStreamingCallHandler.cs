using Grpc.AspNetCore.Server.Internal.Streams;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal.Handlers;

/// <summary>Many requests, many responses.</summary>
internal sealed class DuplexStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> target, MethodOptions options, ILogger logger)
    : CallHandler<TRequest, TResponse>(method, options, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task RunAsync(ServerCall call)
    {
        LiftRequestLimits(call.HttpContext);
        LiftRequestTimeout(call.HttpContext);
        var reader = new RequestReader<TRequest>(call, Deserializer);
        var writer = new ResponseWriter<TResponse>(call, Serializer);
        try
        {
            await target(reader, writer, call);
        }
        finally
        {
            reader.Complete();
            writer.Complete();
        }
    }
}
