using Grpc.AspNetCore.Server.Internal.Streams;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal.Handlers;

/// <summary>One request, many responses.</summary>
internal sealed class ServerStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> target, MethodOptions options, ILogger logger)
    : CallHandler<TRequest, TResponse>(method, options, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task RunAsync(ServerCall call)
    {
        LiftRequestTimeout(call.HttpContext);
        var request = await MessageReading.ReadSingleAsync(call.HttpContext.Request.BodyReader, call, Deserializer);
        var writer = new ResponseWriter<TResponse>(call, Serializer);
        try
        {
            await target(request, writer, call);
        }
        finally
        {
            writer.Complete();
        }
    }
}
