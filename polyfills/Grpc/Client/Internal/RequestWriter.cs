using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>A call's requests as its caller writes them: one at a time.</summary>
internal sealed class RequestWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, StreamingContent content)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private readonly Lock _gate = new();
    private Task? _lastWrite;
    private bool _isCompleted;

    public WriteOptions? WriteOptions { get; set; } = call.Options.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        if (message is null)
        {
            return Task.FromException(new ArgumentNullException(nameof(message)));
        }

        call.ThrowIfDisposed();
        lock (_gate)
        {
            if (_isCompleted)
            {
                return Refuse("Request stream has already been completed.");
            }

            if (call.IsEnded)
            {
                return Task.FromException(call.CreateException());
            }

            return _lastWrite is { IsCompleted: false }
                ? Refuse("Can't write the message because the previous write is in progress.")
                : _lastWrite = WriteCoreAsync(message, cancellationToken);
        }
    }

    public Task CompleteAsync()
    {
        call.ThrowIfDisposed();
        lock (_gate)
        {
            if (_lastWrite is { IsCompleted: false })
            {
                return Refuse("Can't complete the client stream writer because the previous write is in progress.");
            }

            _isCompleted = true;
        }

        content.Complete();
        return Task.CompletedTask;
    }

    private static Task Refuse(string reason) => Task.FromException(new InvalidOperationException(reason));

    private async Task WriteCoreAsync(TRequest message, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken == call.Options.CancellationToken ? default : call.CancelWith(cancellationToken);
        try
        {
            var stream = await content.Stream.ConfigureAwait(false);
            await call.WriteAsync(stream, message, WriteOptions).ConfigureAwait(false);
            await stream.FlushAsync(call.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (call.IsEnded && error is OperationCanceledException or ObjectDisposedException)
        {
            // The call ended under the write; how says more than that it did.
            throw call.CreateException(error);
        }
        catch (OperationCanceledException error) when (!call.Channel.ThrowOperationCanceled)
        {
            // The server has closed its side and its status is still on the way.
            throw new RpcException(new Status(StatusCode.Cancelled, "", error));
        }
    }
}
