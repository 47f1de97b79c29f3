using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>A response's headers or trailers as metadata, without those that belong to the protocol.</summary>
internal static class ResponseMetadata
{
    private static readonly HashSet<string> ProtocolHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        WireNames.Status,
        WireNames.Message,
        WireNames.Encoding,
        WireNames.AcceptEncoding,
        "content-encoding",
        "content-type",
    };

    public static Metadata Read(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (key, values) in headers.NonValidated)
        {
            if (key.StartsWith(':') || ProtocolHeaders.Contains(key))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (BinaryHeader.IsBinary(key))
                {
                    metadata.Add(key, BinaryHeader.Decode(value));
                }
                else
                {
                    metadata.Add(key, value);
                }
            }
        }

        return metadata;
    }

    /// <summary>The only or first value of a header.</summary>
    public static string? Find(HttpHeaders headers, string key)
    {
        if (!headers.NonValidated.TryGetValues(key, out var values))
        {
            return null;
        }

        foreach (var value in values)
        {
            return value;
        }

        return null;
    }
}
