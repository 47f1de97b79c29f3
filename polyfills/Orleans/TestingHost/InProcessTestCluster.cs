using System.Collections.ObjectModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>What a test cluster is made of.</summary>
public sealed class InProcessTestClusterOptions
{
    /// <summary>The cluster.</summary>
    public string ClusterId { get; set; } = "";

    /// <summary>The service.</summary>
    public string ServiceId { get; set; } = "";

    /// <summary>How many silos it begins with.</summary>
    public short InitialSilosCount { get; set; }

    /// <summary>Whether a client connects when it is deployed.</summary>
    public bool InitializeClientOnDeploy { get; set; } = true;

    /// <summary>Set up silos' hosts.</summary>
    public List<Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder>> SiloHostConfigurationDelegates { get; } = [];

    /// <summary>Set up the client's host.</summary>
    public List<Action<IHostApplicationBuilder>> ClientHostConfigurationDelegates { get; } = [];
}

/// <summary>What one silo has of its own.</summary>
public sealed class InProcessTestSiloSpecificOptions
{
    /// <summary>Its name.</summary>
    public string SiloName { get; set; } = "";
}

/// <summary>Builds a test cluster with functions rather than types.</summary>
public sealed class InProcessTestClusterBuilder
{
    /// <summary>Of two silos.</summary>
    public InProcessTestClusterBuilder()
        : this(2)
    {
    }

    /// <summary>Of so many silos.</summary>
    public InProcessTestClusterBuilder(short initialSilosCount) =>
        Options = new() { InitialSilosCount = initialSilosCount, ClusterId = CreateClusterId(), ServiceId = Guid.NewGuid().ToString() };

    /// <summary>What it is made of.</summary>
    public InProcessTestClusterOptions Options { get; }

    /// <summary>A cluster id of its own.</summary>
    public static string CreateClusterId() => TestClusterBuilder.CreateClusterId();

    /// <summary>Sets up each silo.</summary>
    public InProcessTestClusterBuilder ConfigureSilo(Action<InProcessTestSiloSpecificOptions, ISiloBuilder> configureSiloDelegate) =>
        ConfigureSiloHost((options, host) => host.UseOrleans(silo => configureSiloDelegate(options, silo)));

    /// <summary>Sets up each silo's host.</summary>
    public InProcessTestClusterBuilder ConfigureSiloHost(Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder> configureSiloHostDelegate)
    {
        Options.SiloHostConfigurationDelegates.Add(configureSiloHostDelegate);
        return this;
    }

    /// <summary>Sets up the client.</summary>
    public InProcessTestClusterBuilder ConfigureClient(Action<IClientBuilder> configureClientDelegate) => ConfigureClientHost(host => host.UseOrleansClient(configureClientDelegate));

    /// <summary>Sets up the client's host.</summary>
    public InProcessTestClusterBuilder ConfigureClientHost(Action<IHostApplicationBuilder> configureHostDelegate)
    {
        Options.ClientHostConfigurationDelegates.Add(configureHostDelegate);
        return this;
    }

    /// <summary>Sets up all hosts.</summary>
    public InProcessTestClusterBuilder ConfigureHost(Action<IHostApplicationBuilder> configureDelegate) =>
        ConfigureSiloHost((_, host) => configureDelegate(host)).ConfigureClientHost(configureDelegate);

    /// <summary>Builds it; <see cref="InProcessTestCluster.DeployAsync"/> starts it.</summary>
    public InProcessTestCluster Build() => new(Options);
}

/// <summary>A cluster of several silos in this process, and a client; silos can be stopped, killed and added.</summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private readonly ClusterHosts _hosts;

    internal InProcessTestCluster(InProcessTestClusterOptions options)
    {
        Options = options;
        _hosts = new ClusterHosts(options.ClusterId, options.ServiceId, CreateSiloHost, CreateClientHost);
    }

    /// <summary>What it is made of.</summary>
    public InProcessTestClusterOptions Options { get; }

    /// <summary>The client.</summary>
    public IClusterClient Client => _hosts.Client.Services.GetRequiredService<IClusterClient>();

    /// <summary>All silos that were not stopped.</summary>
    public ReadOnlyCollection<InProcessSiloHandle> Silos => new([.. _hosts.Silos]);

    /// <summary>Starts it.</summary>
    public Task DeployAsync() => _hosts.DeployAsync(Options.InitialSilosCount, Options.InitializeClientOnDeploy);

    /// <summary>The silos that run.</summary>
    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => _hosts.Silos.Where(s => s.IsActive);

    /// <summary>The silo with an address.</summary>
    public InProcessSiloHandle? GetSiloForAddress(SiloAddress siloAddress) => _hosts.Silos.FirstOrDefault(s => s.SiloAddress.Equals(siloAddress));

    /// <summary>A silo's services; the first one's unless told otherwise.</summary>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) => _hosts.ServicesOf(silo);

    /// <summary>Waits until all silos know of all changes; here they do at once.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    /// <summary>Starts another silo.</summary>
    public Task<InProcessSiloHandle> StartAdditionalSiloAsync() => _hosts.StartSiloAsync(null);

    /// <summary>Stops a silo in good order.</summary>
    public Task StopSiloAsync(InProcessSiloHandle instance) => _hosts.StopSiloAsync(instance, gracefully: true);

    /// <summary>Ends a silo as if its process had died.</summary>
    public Task KillSiloAsync(InProcessSiloHandle instance) => _hosts.StopSiloAsync(instance, gracefully: false);

    /// <summary>Stops a silo in good order, and starts one in its place.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        await _hosts.StopSiloAsync(instance, gracefully: true);
        return await _hosts.StartSiloAsync(instance);
    }

    /// <summary>Stops client and silos.</summary>
    public Task StopAllSilosAsync() => _hosts.StopAllAsync();

    /// <inheritdoc />
    public void Dispose() => Task.Run(_hosts.StopAllAsync).GetAwaiter().GetResult();

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _hosts.StopAllAsync();

    private IHost CreateSiloHost(string name, int number)
    {
        var specific = new InProcessTestSiloSpecificOptions { SiloName = $"Silo_{number}" };
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = Environments.Development });
        builder.UseOrleans(silo => _hosts.AddDefaults(silo, specific.SiloName));
        foreach (var configure in Options.SiloHostConfigurationDelegates)
        {
            configure(specific, builder);
        }

        return builder.Build();
    }

    private IHost CreateClientHost()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = Environments.Development });
        builder.UseOrleansClient(_hosts.AddDefaults);
        foreach (var configure in Options.ClientHostConfigurationDelegates)
        {
            configure(builder);
        }

        return builder.Build();
    }
}
