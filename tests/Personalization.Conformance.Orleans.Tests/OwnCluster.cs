using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization.Configuration;
using Orleans.TestingHost;

namespace Personalization.Conformance.Orleans;

/// <summary>A cluster of a test's own, which may lose silos.</summary>
internal static class OwnCluster
{
    /// <summary>Longer than any call of these tests takes that is answered, and short enough to wait for one that is not.</summary>
    public static TimeSpan ClientResponseTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Starts one silo and a client.</summary>
    public static async Task<InProcessTestCluster> StartAsync(Action<ISiloBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<TypeManifestOptions>(options => options.EnableConfigurationAnalysis = false);
            silo.AddMemoryGrainStorage("memory");
            silo.AddMemoryGrainStorageAsDefault();
            silo.AddMemoryGrainStorage("PubSubStore");
            silo.AddMemoryStreams("streams");
            silo.Services.AddSingleton(new SomeService("from the container"));
            configure?.Invoke(silo);
        });
        builder.ConfigureClient(client => client
            .Configure<TypeManifestOptions>(options => options.EnableConfigurationAnalysis = false)
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ClientResponseTimeout));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>References whose calls come from a silo.</summary>
    public static IGrainFactory Grains(this InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>Kills a silo or stops it in good order.</summary>
    public static Task EndAsync(this InProcessTestCluster cluster, InProcessSiloHandle silo, bool killed) =>
        killed ? cluster.KillSiloAsync(silo) : cluster.StopSiloAsync(silo);

    /// <summary>Acts until it works: a cluster takes a moment to find out who is gone.</summary>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await act();
            }
            catch (Exception) when (attempt < 60)
            {
                await Task.Delay(200);
            }
        }
    }
}
