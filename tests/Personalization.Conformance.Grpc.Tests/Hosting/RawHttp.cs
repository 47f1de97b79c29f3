using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;

namespace Personalization.Conformance.Grpc.Hosting;

/// <summary>gRPC by hand: what no gRPC client would send.</summary>
public static class RawHttp
{
    /// <summary>A message behind its five bytes.</summary>
    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray(), compressed: 0);

    public static byte[] Frame(byte[] payload, byte compressed)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = compressed;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public static async Task<RawResponse> PostAsync(Uri address, string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        if (!headers.Any(header => header.Name == "content-type"))
        {
            request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        }

        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in headers)
        {
            if (name == "content-type")
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new RawResponse(response, bytes);
    }
}

/// <summary>A response as it came.</summary>
public sealed class RawResponse(HttpResponseMessage response, byte[] body)
{
    public HttpStatusCode HttpStatus { get; } = response.StatusCode;

    public byte[] Body { get; } = body;

    /// <summary>Of trailers or, in a response that is nothing but its status, of headers.</summary>
    public string? GrpcStatus => Trailer("grpc-status");

    public string? GrpcMessage => Trailer("grpc-message");

    public string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    public string? Trailer(string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) ? string.Join(',', values) : Header(name);
}
