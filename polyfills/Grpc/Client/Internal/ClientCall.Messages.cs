using Grpc.Core;
using Grpc.Internal;
using Grpc.Net.Compression;

namespace Grpc.Net.Client.Internal;

/// <summary>A call with its message types.</summary>
internal sealed class ClientCall<TRequest, TResponse>(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    : ClientCall(channel, method, options)
    where TRequest : class
    where TResponse : class
{
    private Task? _headers;
    private Task<TResponse>? _response;
    private FrameWriter? _frameWriter;

    public Func<DeserializationContext, TResponse> Deserializer => method.ResponseMarshaller.ContextualDeserializer;

    public Task<TResponse> StartUnary(TRequest request)
    {
        _headers = StartAsync(new MessageContent<TRequest, TResponse>(this, request));
        return _response = ReadResponseAsync(_headers);
    }

    public IAsyncStreamReader<TResponse> StartServerStreaming(TRequest request)
    {
        _headers = StartAsync(new MessageContent<TRequest, TResponse>(this, request));
        return new ResponseReader<TRequest, TResponse>(this, _headers);
    }

    public (IClientStreamWriter<TRequest> Requests, Task<TResponse> Response) StartClientStreaming()
    {
        var content = new StreamingContent();
        var writer = new RequestWriter<TRequest, TResponse>(this, content);
        _headers = StartAsync(content);
        _response = ReadResponseAsync(_headers);
        return (writer, _response);
    }

    public (IClientStreamWriter<TRequest> Requests, IAsyncStreamReader<TResponse> Responses) StartDuplexStreaming()
    {
        var content = new StreamingContent();
        var writer = new RequestWriter<TRequest, TResponse>(this, content);
        _headers = StartAsync(content);
        return (writer, new ResponseReader<TRequest, TResponse>(this, _headers));
    }

    public override void Dispose()
    {
        base.Dispose();

        // Who disposes a call need not look at its response.
        _response?.Observed();
    }

    /// <summary>Writes a request's message to the wire in one piece with its header.</summary>
    public async Task WriteAsync(Stream stream, TRequest message, WriteOptions? writeOptions)
    {
        using var buffer = new PooledBufferWriter();
        _frameWriter ??= new FrameWriter();
        _frameWriter.Write(
            message,
            method.RequestMarshaller.ContextualSerializer,
            buffer,
            FindCompression(writeOptions),
            level: null,
            Channel.MaxSendMessageSize);
        await stream.WriteAsync(buffer.WrittenMemory, CancellationToken).ConfigureAwait(false);
    }

    private ICompressionProvider? FindCompression(WriteOptions? writeOptions)
    {
        if (RequestEncoding is null or WireNames.Identity || (writeOptions?.Flags & WriteFlags.NoCompress) is WriteFlags.NoCompress)
        {
            return null;
        }

        return Channel.Compression.Find(RequestEncoding)
            ?? throw new InvalidOperationException($"Could not find compression provider for '{RequestEncoding}'.");
    }

    private async Task<TResponse> ReadResponseAsync(Task headers)
    {
        await headers.ConfigureAwait(false);
        if (IsEnded || Response is not { } response)
        {
            throw CreateException();
        }

        TResponse? message;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(CancellationToken).ConfigureAwait(false);
            using var frames = new ResponseFrames(stream, Channel, ResponseMetadata.Find(response.Headers, WireNames.Encoding));
            message = await frames.ReadSingleAsync(Deserializer, CancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw Fail("Error reading the response.", error);
        }

        var status = ResponseOutcome.AtEnd(response);
        if (message is null && status.StatusCode == StatusCode.OK)
        {
            status = new Status(StatusCode.Internal, "Failed to deserialize response message.");
        }

        End(status);
        return Status.StatusCode == StatusCode.OK ? message! : throw CreateException();
    }
}
