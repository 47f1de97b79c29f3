using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Timers;

namespace Orleans.Hosting;

/// <summary>What a host gets with a silo, or a client.</summary>
internal static class DefaultServices
{
    public static void AddSilo(IServiceCollection services, IConfiguration configuration)
    {
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RuntimeLog>();
        services.AddOptions<ClusterOptions>().Bind(configuration.GetSection("Orleans"));
        services.AddOptions<EndpointOptions>().Bind(configuration.GetSection("Orleans:Endpoints"));
        services.PostConfigure<SiloOptions>(options => options.SiloName ??= $"Silo_{Guid.NewGuid().ToString("N")[..5]}");
        services.TryAddSingleton(CreateSilo);
        services.TryAddSingleton<CallRuntime>(s => s.GetRequiredService<Silo>());
        services.TryAddSingleton<ILocalSiloDetails>(s => s.GetRequiredService<Silo>());
        services.TryAddSingleton<ISiloStatusOracle, SiloStatusOracle>();
        services.TryAddSingleton<SiloLifecycle>();
        services.TryAddSingleton<ISiloLifecycle>(s => s.GetRequiredService<SiloLifecycle>());
        services.TryAddSingleton<ITimerRegistry, TimerRegistry>();
        services.TryAddSingleton<IGrainRuntime, GrainRuntime>();
        services.TryAddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.TryAddTransient<IGrainContext>(_ => RuntimeContext.Current!);
        services.AddSingleton<IConfigurationValidator, SiloValidator>();
        services.AddSingleton<IConfigurationValidator, SerializerConfigurationValidator>();
        AddFactory(services);
        services.AddHostedService<SiloHostedService>();
    }

    public static void AddClient(IServiceCollection services, IConfiguration configuration)
    {
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ClusterOptions>().Bind(configuration.GetSection("Orleans"));
        services.TryAddSingleton(CreateClient);
        services.TryAddSingleton<CallRuntime>(s => s.GetRequiredService<ClientRuntime>());
        AddFactory(services);
        services.AddHostedService<ClientHostedService>();
    }

    private static void AddFactory(IServiceCollection services)
    {
        services.TryAddSingleton<GrainFactory>();
        services.TryAddSingleton<IGrainFactory>(s => s.GetRequiredService<GrainFactory>());
        services.TryAddSingleton<IClusterClient>(s => s.GetRequiredService<GrainFactory>());
    }

    private static Silo CreateSilo(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var fabric = services.GetService<ClusterKey>()?.Key
            ?? $"{options.ServiceId}/{options.ClusterId}|{services.GetRequiredService<IOptions<DevelopmentClusterMembershipOptions>>().Value.PrimarySiloEndpoint}";
        return new Silo(services, services.GetService<TimeProvider>())
        {
            Name = services.GetRequiredService<IOptions<SiloOptions>>().Value.SiloName,
            Services = services,
            Cluster = Cluster.Join(fabric),
        };
    }

    private static ClientRuntime CreateClient(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var cluster = services.GetService<ClusterKey>() is { Key: var key }
            ? Cluster.Join(key)
            : Cluster.FindByGateway($"{options.ServiceId}/{options.ClusterId}", services.GetService<GatewayPorts>()?.Ports ?? [])
                ?? throw new OrleansConfigurationException(
                    $"No silo of cluster {options.ClusterId} runs in this process. Without the real Orleans packages a client reaches only silos of its own process.");
        return new ClientRuntime { Name = "Client_" + Guid.NewGuid().ToString("N")[..5], Services = services, Cluster = cluster };
    }
}

/// <summary>Which cluster of the process, when a test says so.</summary>
internal sealed record ClusterKey(string Key);

/// <summary>Checks what the real runtime checks before it starts.</summary>
internal sealed class SiloValidator(
    IServiceProvider services,
    IOptions<ClusterOptions> cluster,
    IOptions<GrainCollectionOptions> collection) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        if (string.IsNullOrWhiteSpace(cluster.Value.ClusterId))
        {
            throw new OrleansConfigurationException($"Configuration for {nameof(ClusterOptions)} is invalid. A non-empty value for {nameof(ClusterOptions.ClusterId)} is required.");
        }

        if (string.IsNullOrWhiteSpace(cluster.Value.ServiceId))
        {
            throw new OrleansConfigurationException($"Configuration for {nameof(ClusterOptions)} is invalid. A non-empty value for {nameof(ClusterOptions.ServiceId)} is required.");
        }

        if (services.GetService<ClusteringChosen>() is null)
        {
            throw new OrleansConfigurationException("Clustering has not been configured. Configure clustering using one of the clustering packages, such as UseLocalhostClustering.");
        }

        var ages = collection.Value;
        if (ages.CollectionQuantum <= TimeSpan.Zero)
        {
            throw new OrleansConfigurationException($"{nameof(GrainCollectionOptions.CollectionQuantum)} is set to {ages.CollectionQuantum}. It must be greater than 0.");
        }

        foreach (var (name, age) in ages.ClassSpecificCollectionAge.Append(new("Default", ages.CollectionAge)))
        {
            if (age <= ages.CollectionQuantum)
            {
                throw new OrleansConfigurationException(
                    $"{name} CollectionAgeLimit is set to {age}. It must be greater than {nameof(GrainCollectionOptions.CollectionQuantum)}, which is set to {ages.CollectionQuantum}.");
            }
        }
    }
}

/// <summary>Starts and stops a silo with its host.</summary>
internal sealed class SiloHostedService(
    Silo silo,
    SiloLifecycle lifecycle,
    IEnumerable<IConfigurationValidator> validators,
    IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants,
    ISiloStatusOracle oracle) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var validator in validators)
        {
            validator.ValidateConfiguration();
        }

        _ = oracle;
        lifecycle.Subscribe<Silo>(ServiceLifecycleStage.RuntimeInitialize, _ => Run(silo.Start), _ => Run(silo.Die));
        lifecycle.Subscribe<Silo>(ServiceLifecycleStage.BecomeActive, _ => Run(silo.BecomeActive), silo.DrainAsync);
        foreach (var participant in participants)
        {
            participant.Participate(lifecycle);
        }

        await lifecycle.OnStart(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            // No time for good order: as if the process had been killed.
            silo.Die();
        }

        await lifecycle.OnStop(cancellationToken);
        silo.Die();
    }

    private static Task Run(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}

/// <summary>Connects and disconnects a client with its host.</summary>
internal sealed class ClientHostedService(ClientRuntime client) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        client.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        client.Stop();
        return Task.CompletedTask;
    }
}
