using Grpc.AspNetCore.Server.Internal.Streams;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal.Handlers;

/// <summary>Many requests, one response.</summary>
internal sealed class ClientStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> target, MethodOptions options, ILogger logger)
    : CallHandler<TRequest, TResponse>(method, options, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task RunAsync(ServerCall call)
    {
        LiftRequestLimits(call.HttpContext);
        LiftRequestTimeout(call.HttpContext);
        var reader = new RequestReader<TRequest>(call, Deserializer);
        TResponse? response;
        try
        {
            response = await target(reader, call);
        }
        finally
        {
            reader.Complete();
        }

        await WriteSingleAsync(call, response);
    }
}
