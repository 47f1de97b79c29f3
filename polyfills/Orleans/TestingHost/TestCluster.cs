using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A cluster of several silos in this process, and a client; silos can be stopped, killed and added.</summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly Dictionary<string, string?> _properties;
    private readonly Action<IConfigurationBuilder>[] _configure;
    private readonly ClusterHosts _hosts;

    internal TestCluster(TestClusterOptions options, Dictionary<string, string?> properties, Action<IConfigurationBuilder>[] configure)
    {
        Options = options;
        _properties = properties;
        _configure = configure;
        _hosts = new ClusterHosts(options.ClusterId, options.ServiceId, CreateSiloHost, CreateClientHost);
    }

    /// <summary>What it is made of.</summary>
    public TestClusterOptions Options { get; }

    /// <summary>The first silo.</summary>
    public SiloHandle? Primary => _hosts.Silos.FirstOrDefault(s => s.InstanceNumber == 0);

    /// <summary>The other silos.</summary>
    public IReadOnlyList<SiloHandle> SecondarySilos => [.. _hosts.Silos.Where(s => s.InstanceNumber != 0)];

    /// <summary>All silos that were not stopped.</summary>
    public ReadOnlyCollection<SiloHandle> Silos => new([.. _hosts.Silos]);

    /// <summary>The client's services.</summary>
    public IServiceProvider ServiceProvider => _hosts.Client.Services;

    /// <summary>The client.</summary>
    public IClusterClient Client => ServiceProvider.GetRequiredService<IClusterClient>();

    /// <summary>The client's references.</summary>
    public IGrainFactory GrainFactory => Client;

    /// <summary>How long after a silo's end the others are sure to know; here they do at once.</summary>
    public static TimeSpan GetLivenessStabilizationTime(ClusterMembershipOptions clusterMembershipOptions, bool didKill = false) => TimeSpan.Zero;

    /// <summary>Starts it.</summary>
    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    /// <summary>Starts it.</summary>
    public Task DeployAsync() => _hosts.Silos.Count > 0
        ? throw new InvalidOperationException("Cluster host already deployed.")
        : _hosts.DeployAsync(Options.InitialSilosCount, Options.InitializeClientOnDeploy);

    /// <summary>Waits until all silos know of all changes; here they do at once.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    /// <summary>The silos that run.</summary>
    public IEnumerable<SiloHandle> GetActiveSilos() => _hosts.Silos.Where(s => s.IsActive);

    /// <summary>The silo with an address.</summary>
    public SiloHandle? GetSiloForAddress(SiloAddress siloAddress) => _hosts.Silos.FirstOrDefault(s => s.SiloAddress.Equals(siloAddress));

    /// <summary>A silo's services; the first one's unless told otherwise.</summary>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) => _hosts.ServicesOf(silo);

    /// <summary>Connects a new client.</summary>
    public async Task InitializeClientAsync()
    {
        await _hosts.StopClientAsync();
        await _hosts.StartClientAsync();
    }

    /// <summary>Disconnects the client.</summary>
    public Task StopClusterClientAsync() => _hosts.StopClientAsync();

    /// <summary>Starts another silo.</summary>
    public async Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false) => await _hosts.StartSiloAsync(null);

    /// <summary>Starts other silos.</summary>
    public async Task<List<SiloHandle>> StartAdditionalSilosAsync(int silosToStart, bool startAdditionalSiloOnNewPort = false)
    {
        var silos = new List<SiloHandle>();
        for (var i = 0; i < silosToStart; i++)
        {
            silos.Add(await _hosts.StartSiloAsync(null));
        }

        return silos;
    }

    /// <summary>Stops a silo in good order.</summary>
    public Task StopSiloAsync(SiloHandle instance) => _hosts.StopSiloAsync((InProcessSiloHandle)instance, gracefully: true);

    /// <summary>Ends a silo as if its process had died.</summary>
    public Task KillSiloAsync(SiloHandle instance) => _hosts.StopSiloAsync((InProcessSiloHandle)instance, gracefully: false);

    /// <summary>Stops a silo in good order, and starts one in its place.</summary>
    public async Task<SiloHandle?> RestartSiloAsync(SiloHandle instance)
    {
        var previous = (InProcessSiloHandle)instance;
        await _hosts.StopSiloAsync(previous, gracefully: true);
        return await _hosts.StartSiloAsync(previous);
    }

    /// <summary>Stops the first silo.</summary>
    public Task StopPrimarySiloAsync() => Primary is { } primary ? StopSiloAsync(primary) : throw new InvalidOperationException("There is no primary silo");

    /// <summary>Stops the other silos.</summary>
    public async Task StopSecondarySilosAsync()
    {
        foreach (var silo in SecondarySilos)
        {
            await StopSiloAsync(silo);
        }
    }

    /// <summary>Stops client and silos.</summary>
    public Task StopAllSilosAsync() => _hosts.StopAllAsync();

    /// <summary>Stops client and silos.</summary>
    public void StopAllSilos() => _hosts.StopAllAsync().GetAwaiter().GetResult();

    /// <inheritdoc />
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Task.Run(_hosts.StopAllAsync).GetAwaiter().GetResult();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _hosts.StopAllAsync();
    }

    private static IEnumerable<object> Make(List<string?> types) => types.Select(t => Activator.CreateInstance(Type.GetType(t!, throwOnError: true)!)!);

    private IHost CreateSiloHost(string name, int number)
    {
        var configurators = Make(Options.SiloBuilderConfiguratorTypes).ToList();
        var builder = NewHost(configurators);
        builder.UseOrleans(silo =>
        {
            _hosts.AddDefaults(silo, name);
            foreach (var configurator in configurators.OfType<ISiloConfigurator>())
            {
                configurator.Configure(silo);
            }
        });
        return builder.Build();
    }

    private IHost CreateClientHost()
    {
        var configurators = Make(Options.ClientBuilderConfiguratorTypes).ToList();
        var builder = NewHost(configurators);
        builder.UseOrleansClient((context, client) =>
        {
            _hosts.AddDefaults(client);
            foreach (var configurator in configurators.OfType<IClientBuilderConfigurator>())
            {
                configurator.Configure(context.Configuration, client);
            }
        });
        return builder.Build();
    }

    private HostBuilder NewHost(List<object> configurators)
    {
        // In development, silos refuse interfaces with types that cannot cross.
        var builder = new HostBuilder();
        builder.UseEnvironment(Environments.Development);
        builder.ConfigureHostConfiguration(configuration =>
        {
            configuration.AddInMemoryCollection(_properties);
            foreach (var configure in _configure)
            {
                configure(configuration);
            }
        });
        foreach (var configurator in configurators.OfType<IHostConfigurator>())
        {
            configurator.Configure(builder);
        }

        return builder;
    }
}
