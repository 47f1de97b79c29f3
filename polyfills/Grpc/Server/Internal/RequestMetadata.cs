using Grpc.Core;
using Grpc.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A request's headers as metadata, without those that belong to the protocol.</summary>
internal static class RequestMetadata
{
    private static readonly HashSet<string> ProtocolHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.GrpcEncoding,
        HeaderNames.GrpcAcceptEncoding,
        HeaderNames.GrpcTimeout,
        HeaderNames.ContentEncoding,
        HeaderNames.ContentType,
        HeaderNames.TE,
        HeaderNames.Host,
        HeaderNames.AcceptEncoding,
    };

    public static Metadata Read(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (key, values) in headers)
        {
            if (key.StartsWith(':') || ProtocolHeaders.Contains(key))
            {
                continue;
            }

            if (BinaryHeader.IsBinary(key))
            {
                metadata.Add(key, BinaryHeader.Decode(values.ToString()));
            }
            else
            {
                metadata.Add(key, values.ToString());
            }
        }

        return metadata;
    }
}
