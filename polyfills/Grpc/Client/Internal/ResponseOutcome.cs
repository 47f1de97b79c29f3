using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads from a response how its call ended.</summary>
internal static class ResponseOutcome
{
    /// <summary>The status that the server gave in these headers or trailers, if any.</summary>
    public static Status? Find(HttpHeaders headers)
    {
        if (ResponseMetadata.Find(headers, WireNames.Status) is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var code))
        {
            return new Status(StatusCode.Cancelled, $"Unexpected grpc-status value: {text}");
        }

        if (code == 0)
        {
            return Status.DefaultSuccess;
        }

        var message = ResponseMetadata.Find(headers, WireNames.Message);
        return new Status((StatusCode)code, message is null ? "" : PercentEncoding.Decode(message));
    }

    /// <summary>Why this is not the start of a gRPC response; null when it is one.</summary>
    public static Status? FindRefusal(HttpResponseMessage response)
    {
        if (response.Version < HttpVersion.Version20)
        {
            return new Status(
                StatusCode.Internal, $"Bad gRPC response. Response protocol downgraded to HTTP/{response.Version.ToString(2)}.");
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(FromHttp(response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
        }

        var contentType = ResponseMetadata.Find(response.Content.Headers, "Content-Type");
        if (contentType is null)
        {
            return new Status(StatusCode.Cancelled, "Bad gRPC response. Response did not have a content-type header.");
        }

        return ContentTypes.IsGrpc(contentType)
            ? null
            : new Status(StatusCode.Cancelled, $"Bad gRPC response. Invalid content-type value: {contentType}");
    }

    /// <summary>The status of a response that was read to its end.</summary>
    public static Status AtEnd(HttpResponseMessage response) =>
        Find(response.TrailingHeaders)
        ?? Find(response.Headers)
        ?? new Status(StatusCode.Cancelled, "No grpc-status found on response.");

    /// <summary>What something that is not a gRPC server meant, after the protocol's table.</summary>
    private static StatusCode FromHttp(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.RequestHeaderFieldsTooLarge => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests
            or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
