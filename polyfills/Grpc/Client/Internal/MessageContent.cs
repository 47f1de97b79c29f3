using System.Net;
using Grpc.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>A request's body with one message.</summary>
internal sealed class MessageContent<TRequest, TResponse> : HttpContent
    where TRequest : class
    where TResponse : class
{
    private readonly ClientCall<TRequest, TResponse> _call;
    private readonly TRequest _request;

    public MessageContent(ClientCall<TRequest, TResponse> call, TRequest request)
    {
        _call = call;
        _request = request;
        Headers.TryAddWithoutValidation("Content-Type", WireNames.ContentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        _call.WriteAsync(stream, _request, _call.Options.WriteOptions);

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
