using Grpc.AspNetCore.Server.Internal.Streams;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal.Handlers;

/// <summary>One request, one response.</summary>
internal sealed class UnaryCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> target, MethodOptions options, ILogger logger)
    : CallHandler<TRequest, TResponse>(method, options, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task RunAsync(ServerCall call)
    {
        var request = await MessageReading.ReadSingleAsync(call.HttpContext.Request.BodyReader, call, Deserializer);
        var response = await target(request, call);
        await WriteSingleAsync(call, response);
    }
}
