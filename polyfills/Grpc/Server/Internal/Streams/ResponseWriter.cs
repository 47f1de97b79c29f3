using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal.Streams;

/// <summary>A call's responses as its handler writes them: one at a time.</summary>
internal sealed class ResponseWriter<TResponse> : IServerStreamWriter<TResponse>
    where TResponse : class
{
    private readonly ServerCall _call;
    private readonly Action<TResponse, SerializationContext> _serializer;
    private readonly IHttpRequestLifetimeFeature _lifetime;
    private readonly Lock _gate = new();
    private Task? _lastWrite;
    private bool _isOver;

    public ResponseWriter(ServerCall call, Action<TResponse, SerializationContext> serializer)
    {
        _call = call;
        _serializer = serializer;
        _lifetime = call.HttpContext.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
    }

    public WriteOptions? WriteOptions
    {
        get => _call.WriteOptions;
        set => _call.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        if (message is null)
        {
            return Task.FromException(new ArgumentNullException(nameof(message)));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            _call.Reset();
            return Task.FromCanceled(cancellationToken);
        }

        lock (_gate)
        {
            if (_isOver || _lifetime.RequestAborted.IsCancellationRequested)
            {
                return Task.FromException(new InvalidOperationException("Can't write the message because the request is complete."));
            }

            if (_lastWrite is { IsCompleted: false })
            {
                return Task.FromException(new InvalidOperationException("Can't write the message because the previous write is in progress."));
            }

            return _lastWrite = cancellationToken.CanBeCanceled
                ? WriteCancellableAsync(message, cancellationToken)
                : WriteCoreAsync(message, cancellationToken);
        }
    }

    /// <summary>The handler has returned.</summary>
    public void Complete() => _isOver = true;

    private async Task WriteCancellableAsync(TResponse message, CancellationToken cancellationToken)
    {
        // A message may be on the wire in part: cancelling its write can only cancel the call.
        using var registration = cancellationToken.UnsafeRegister(static state => ((ServerCall)state!).Reset(), _call);
        await WriteCoreAsync(message, cancellationToken);
    }

    private async Task WriteCoreAsync(TResponse message, CancellationToken cancellationToken)
    {
        var response = _call.HttpContext.Response;
        if (!response.HasStarted)
        {
            await response.StartAsync(cancellationToken);
        }

        MessageWriting.Write(_call, message, _serializer);
        if ((WriteOptions?.Flags & WriteFlags.BufferHint) is WriteFlags.BufferHint)
        {
            return;
        }

        var flushed = await response.BodyWriter.FlushAsync(cancellationToken);

        // A flush of an aborted request may come back as if all were well.
        if (!flushed.IsCompleted && (_call.CancellationToken.IsCancellationRequested || cancellationToken.IsCancellationRequested))
        {
            throw new OperationCanceledException("Request aborted while sending the message.");
        }
    }
}
