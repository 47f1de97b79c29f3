using Personalization.Api.Errors;

namespace Personalization.Api;

/// <summary>Closes the gRPC door when the engine stops.</summary>
public sealed class ApiShutdown
{
    private readonly ConcurrencyGate _gate;

    internal ApiShutdown(ConcurrencyGate gate) => _gate = gate;

    /// <summary>
    /// Answers every new call UNAVAILABLE from now on, with the time after which trying again makes sense; ends the streams
    /// the same way, after what they had read is answered; and waits for the calls under way.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting; the door stays closed.</param>
    /// <exception cref="OperationCanceledException">Calls are still under way.</exception>
    public Task CloseAsync(CancellationToken cancellationToken)
    {
        _gate.Close();
        return _gate.Empty.WaitAsync(cancellationToken);
    }
}
