using Grpc.AspNetCore.Server.Internal;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>From a gRPC call to its HTTP request.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The key in <see cref="ServerCallContext.UserState" /> under which a foreign context keeps its request.</summary>
    private const string HttpContextKey = "__HttpContext";

    /// <summary>The HTTP request of a call that ASP.NET Core serves.</summary>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is ServerCall call)
        {
            return call.HttpContext;
        }

        if (serverCallContext.UserState.TryGetValue(HttpContextKey, out var value) && value is HttpContext context)
        {
            return context;
        }

        throw new InvalidOperationException(
            "Could not get HttpContext from ServerCallContext. HttpContext can only be accessed when gRPC services are hosted by ASP.NET Core.");
    }
}
