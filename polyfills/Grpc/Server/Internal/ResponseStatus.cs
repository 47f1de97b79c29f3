using Grpc.Core;
using Grpc.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Puts a status where the response still has room for it.</summary>
internal static class ResponseStatus
{
    private static readonly string[] CodeTexts = [.. Enumerable.Range(0, 17).Select(code => code.ToString())];

    /// <summary>The trailers; or the headers, in a response that is nothing but its status.</summary>
    public static IHeaderDictionary Destination(HttpResponse response)
    {
        if (!response.HasStarted)
        {
            return response.Headers;
        }

        return response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers
            ? trailers
            : throw new InvalidOperationException("Trailers are not supported for this response. The server may not support gRPC.");
    }

    public static void Write(IHeaderDictionary destination, Status status)
    {
        destination.GrpcStatus = Text(status.StatusCode);
        if (string.IsNullOrEmpty(status.Detail))
        {
            destination.Remove(WireNames.Message);
        }
        else
        {
            destination.GrpcMessage = PercentEncoding.Encode(status.Detail);
        }
    }

    public static void Write(IHeaderDictionary destination, Status status, Metadata? trailers)
    {
        foreach (var entry in trailers ?? Metadata.Empty)
        {
            try
            {
                destination.Append(entry.Key, entry.HeaderValue);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Error adding response trailer '{entry.Key}'.", error);
            }
        }

        // Last, so that no trailer of the handler's can pass for the status.
        Write(destination, status);
    }

    public static string Text(StatusCode code) => (uint)code < (uint)CodeTexts.Length ? CodeTexts[(int)code] : ((int)code).ToString();
}
