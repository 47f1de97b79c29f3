using System.Net;
using Grpc.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>A request's body that stays open until its writer is done.</summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Continues inline, so that the end of the stream is on its way when CompleteAsync returns: a call that is disposed right
    // afterwards must not look cancelled to the server.
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.None);

    public StreamingContent() => Headers.TryAddWithoutValidation("Content-Type", WireNames.ContentType);

    /// <summary>The stream to write to, when the request is on its way.</summary>
    public Task<Stream> Stream => _stream.Task;

    public void Complete() => _completion.TrySetResult();

    public void Abort()
    {
        _stream.TrySetCanceled();
        _completion.TrySetCanceled();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // The server may have things to say before it is asked any.
        await stream.FlushAsync().ConfigureAwait(false);
        _stream.TrySetResult(stream);
        await _completion.Task.ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
