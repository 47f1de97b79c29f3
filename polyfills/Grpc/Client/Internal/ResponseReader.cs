using Grpc.Core;
using Grpc.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>A call's responses as its caller reads them: one at a time.</summary>
internal sealed class ResponseReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, Task headers) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly Lock _gate = new();
    private Task<bool>? _lastMove;
    private ResponseFrames? _frames;

    public TResponse Current { get; private set; } = null!;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        call.ThrowIfDisposed();
        lock (_gate)
        {
            if (_lastMove is { IsCompleted: false })
            {
                return Task.FromException<bool>(
                    new InvalidOperationException("Can't read the next message because the previous read is still in progress."));
            }

            return _lastMove = MoveNextAsync(cancellationToken);
        }
    }

    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (call.IsEnded)
        {
            return AtEnd();
        }

        // A token of the call is registered already.
        using var registration = cancellationToken == call.Options.CancellationToken ? default : call.CancelWith(cancellationToken);
        await headers.ConfigureAwait(false);
        if (call.IsEnded || call.Response is not { } response)
        {
            return AtEnd();
        }

        // The last message is garbage from here on, however long the next one takes.
        Current = null!;
        try
        {
            _frames ??= new ResponseFrames(
                await response.Content.ReadAsStreamAsync(call.CancellationToken).ConfigureAwait(false),
                call.Channel,
                ResponseMetadata.Find(response.Headers, WireNames.Encoding));
            if (await _frames.ReadNextAsync(call.Deserializer, call.CancellationToken).ConfigureAwait(false) is { } message)
            {
                Current = message;
                return true;
            }
        }
        catch (Exception error)
        {
            var failure = call.Fail("Error reading next message.", error);

            // The server may have ended the call well while the read was failing.
            return call.Status.StatusCode == StatusCode.OK ? false : throw failure;
        }
        finally
        {
            if (call.IsEnded)
            {
                _frames?.Dispose();
            }
        }

        call.End(ResponseOutcome.AtEnd(response));
        _frames.Dispose();
        return AtEnd();
    }

    private bool AtEnd() => call.Status.StatusCode == StatusCode.OK ? false : throw call.CreateException();
}
