using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A silo of a test cluster.</summary>
public abstract class SiloHandle : IDisposable, IAsyncDisposable
{
    /// <summary>The cluster's options.</summary>
    public TestClusterOptions? ClusterOptions { get; set; }

    /// <summary>Its number.</summary>
    public short InstanceNumber { get; set; }

    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its address.</summary>
    public SiloAddress SiloAddress { get; set; } = SiloAddress.Zero;

    /// <summary>The address for clients.</summary>
    public SiloAddress GatewayAddress { get; set; } = SiloAddress.Zero;

    /// <summary>Whether it runs.</summary>
    public abstract bool IsActive { get; }

    /// <summary>Stops it, in good order or not.</summary>
    public abstract Task StopSiloAsync(bool stopGracefully);

    /// <summary>Stops it in good order, until cancelled.</summary>
    public abstract Task StopSiloAsync(CancellationToken ct);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <inheritdoc />
    public override string ToString() => SiloAddress.ToString();

    /// <summary>Lets go of it.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A silo of this process.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private volatile bool _isActive = true;

    /// <summary>Its host.</summary>
    public required IHost SiloHost { get; init; }

    /// <summary>Its services.</summary>
    public IServiceProvider ServiceProvider => SiloHost.Services;

    /// <inheritdoc />
    public override bool IsActive => _isActive;

    /// <inheritdoc />
    public override async Task StopSiloAsync(bool stopGracefully)
    {
        if (stopGracefully)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await StopSiloAsync(limit.Token);
            return;
        }

        if (!_isActive)
        {
            return;
        }

        // Dead to the others before anything is told to stop.
        _isActive = false;
        SiloHost.Services.GetRequiredService<Silo>().Die();
        try
        {
            await SiloHost.StopAsync(new CancellationToken(canceled: true));
        }
        catch (Exception)
        {
            // A killed process does not complain.
        }
    }

    /// <inheritdoc />
    public override async Task StopSiloAsync(CancellationToken ct)
    {
        if (!_isActive)
        {
            return;
        }

        try
        {
            await SiloHost.StopAsync(ct);
        }
        finally
        {
            _isActive = false;
        }
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopSiloAsync(stopGracefully: true);
        await DisposeHost(SiloHost);
    }

    internal static async ValueTask DisposeHost(IHost host)
    {
        if (host is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && _isActive)
        {
            StopSiloAsync(stopGracefully: true).GetAwaiter().GetResult();
            SiloHost.Dispose();
        }
    }
}
