using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>The hosts of a test cluster: its silos, which come and go, and its client.</summary>
internal sealed class ClusterHosts(string clusterId, string serviceId, Func<string, int, IHost> makeSilo, Func<IHost> makeClient)
{
    private static int s_port = 40000;

    private readonly Lock _gate = new();
    private readonly List<InProcessSiloHandle> _silos = [];
    private int _started;
    private IHost? _client;

    public IHost Client => _client ?? throw new InvalidOperationException("The cluster has not been deployed, or its client was stopped.");

    public IReadOnlyList<InProcessSiloHandle> Silos
    {
        get
        {
            lock (_gate)
            {
                return [.. _silos];
            }
        }
    }

    /// <summary>What every silo gets, before the test sets it up further.</summary>
    public void AddDefaults(ISiloBuilder builder, string name)
    {
        var port = Interlocked.Add(ref s_port, 2);
        builder.Services.AddSingleton(new ClusterKey(clusterId + "|"));
        builder.Services.AddSingleton<ClusteringChosen>();
        builder.Configure<SiloOptions>(options => options.SiloName = name);
        builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = port;
            options.GatewayPort = port + 1;
        });
        builder.Configure<ClusterOptions>(SetIds);
    }

    public void AddDefaults(IClientBuilder builder)
    {
        builder.Services.AddSingleton(new ClusterKey(clusterId + "|"));
        builder.Configure<ClusterOptions>(SetIds);
    }

    public async Task DeployAsync(int silos, bool withClient)
    {
        for (var i = 0; i < silos; i++)
        {
            await StartSiloAsync(null);
        }

        if (withClient)
        {
            await StartClientAsync();
        }
    }

    public async Task StartClientAsync()
    {
        var client = makeClient();
        await client.StartAsync();
        _client = client;
    }

    public async Task StopClientAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is { } client)
        {
            await client.StopAsync();
            await InProcessSiloHandle.DisposeHost(client);
        }
    }

    public async Task<InProcessSiloHandle> StartSiloAsync(InProcessSiloHandle? previous)
    {
        var number = previous?.InstanceNumber ?? Interlocked.Increment(ref _started) - 1;
        var name = previous?.Name ?? (number == 0 ? "Primary" : $"Secondary_{number}");
        var host = makeSilo(name, number);
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await InProcessSiloHandle.DisposeHost(host);
            throw;
        }

        ILocalSiloDetails details = host.Services.GetRequiredService<ILocalSiloDetails>();
        var handle = new InProcessSiloHandle
        {
            SiloHost = host,
            Name = name,
            InstanceNumber = (short)number,
            SiloAddress = details.SiloAddress,
            GatewayAddress = details.GatewayAddress,
        };
        lock (_gate)
        {
            _silos.Add(handle);
        }

        return handle;
    }

    public async Task StopSiloAsync(InProcessSiloHandle silo, bool gracefully)
    {
        lock (_gate)
        {
            _silos.Remove(silo);
        }

        await silo.StopSiloAsync(gracefully);
        await InProcessSiloHandle.DisposeHost(silo.SiloHost);
    }

    public async Task StopAllAsync()
    {
        await StopClientAsync();
        foreach (var silo in Silos.Reverse())
        {
            await StopSiloAsync(silo, gracefully: true);
        }
    }

    public IServiceProvider ServicesOf(SiloAddress? silo) =>
        (silo is null ? Silos[0] : Silos.FirstOrDefault(s => s.SiloAddress.Equals(silo)) ?? throw new ArgumentException($"There is no silo {silo}.", nameof(silo))).ServiceProvider;

    private void SetIds(ClusterOptions options)
    {
        options.ClusterId = clusterId;
        options.ServiceId = serviceId;
    }
}
