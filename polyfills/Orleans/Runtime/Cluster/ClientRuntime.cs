using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>A client outside the silos: all its calls go as if over the wire, by one silo after another.</summary>
internal sealed class ClientRuntime : CallRuntime
{
    private volatile bool _isAlive;
    private int _next;

    public override bool IsAlive => _isAlive;

    public override Silo? Gateway
    {
        get
        {
            var silos = Cluster.ActiveSilos;
            return silos.IsEmpty ? null : silos[(int)((uint)Interlocked.Increment(ref _next) % (uint)silos.Length)];
        }
    }

    public void Start()
    {
        Configure(Services.GetRequiredService<IOptions<ClientMessagingOptions>>().Value);
        _isAlive = true;
        Cluster.Add(this);
    }

    public void Stop()
    {
        _isAlive = false;
        Cluster.Remove(this);
        Pending.Fail(
            static _ => true,
            static call => new SiloUnavailableException($"The local Orleans host is shutting down and can no longer process the request: {call}."),
            signalCallee: false);
    }

    public override ValueTask DisposeAsync()
    {
        Stop();
        return base.DisposeAsync();
    }
}
