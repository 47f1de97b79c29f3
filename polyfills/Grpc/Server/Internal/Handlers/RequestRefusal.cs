using Grpc.Core;
using Grpc.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal.Handlers;

/// <summary>Answers requests to a gRPC method that are not gRPC.</summary>
internal static class RequestRefusal
{
    public static bool TryRefuse(HttpContext context, ILogger logger)
    {
        var request = context.Request;
        if (!ContentTypes.IsGrpc(request.ContentType))
        {
            RefuseContentType(context, logger);
            return true;
        }

        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            ServerLog.UnsupportedProtocol(logger, request.Protocol);
            Answer(context.Response, StatusCodes.Status426UpgradeRequired, $"Request protocol '{request.Protocol}' is not supported.");
            context.Response.Headers.Upgrade = HttpProtocol.Http2;
            return true;
        }

        return false;
    }

    public static bool IsCorsPreflight(HttpContext context) =>
        HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.AccessControlRequestMethod.Count > 0;

    private static void RefuseContentType(HttpContext context, ILogger logger)
    {
        if (IsCorsPreflight(context))
        {
            Answer(context.Response, StatusCodes.Status405MethodNotAllowed, "Unhandled CORS preflight request received.");
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        var contentType = context.Request.ContentType;
        ServerLog.UnsupportedContentType(logger, contentType);
        Answer(
            context.Response,
            StatusCodes.Status415UnsupportedMediaType,
            contentType is null ? "Content-Type is missing from the request." : $"Content-Type '{contentType}' is not supported.");
    }

    private static void Answer(HttpResponse response, int httpStatus, string detail)
    {
        response.StatusCode = httpStatus;
        ResponseStatus.Write(response.Headers, new Status(StatusCode.Internal, detail));
    }
}
