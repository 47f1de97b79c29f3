using Grpc.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>Keeps the endpoints for what does not exist to gRPC requests: any other path of two parts is not theirs.</summary>
internal sealed class UnimplementedConstraint : IRouteConstraint
{
    public const string Name = "grpcunimplemented";

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection)
    {
        if (httpContext is null)
        {
            return false;
        }

        return Handlers.RequestRefusal.IsCorsPreflight(httpContext)
            || (HttpMethods.IsPost(httpContext.Request.Method) && ContentTypes.IsGrpc(httpContext.Request.ContentType));
    }
}
