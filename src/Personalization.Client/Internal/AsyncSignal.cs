using System.Threading.Channels;

namespace Personalization.Client.Internal;

/// <summary>Wakes one waiter; remembers one wake-up that nobody waited for.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Raise() => _raised.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        await _raised.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
