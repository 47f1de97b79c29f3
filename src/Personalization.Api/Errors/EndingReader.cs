using Grpc.Core;

namespace Personalization.Api.Errors;

/// <summary>
/// Reads a client's messages until the gate closes. What was read before is worked on and answered; then the stream is told
/// that the engine is stopping, and the client goes on elsewhere from its last acknowledgement.
/// </summary>
internal sealed class EndingReader<T>(IAsyncStreamReader<T> requests, ConcurrencyGate gate) : IAsyncStreamReader<T>
{
    public T Current => requests.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, gate.Closing);
        try
        {
            return await requests.MoveNext(either.Token);
        }
        catch (Exception) when (gate.Closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ConcurrencyGate.Stopping();
        }
    }
}
