using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Configuration;
using Orleans.TestingHost;
using Personalization.Conformance.Orleans.Calls;

namespace Personalization.Conformance.Orleans;

/// <summary>A silo of a <see cref="TestCluster"/> that stops or is killed; the rest goes on.</summary>
[Collection(ClusterFixture.Name)]
public sealed class TestClusterEndTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SecondarySilo_ThatLeaves_TakesItsGrainsWithIt_AndTheOtherServesThem(bool killed)
    {
        await using var cluster = await StartAsync();
        var (primary, secondary) = (cluster.Primary!, cluster.SecondarySilos.Single());
        var key = ClusterFixture.NewKey();
        var factory = cluster.GetSiloServiceProvider(secondary.SiloAddress).GetRequiredService<IGrainFactory>();
        Assert.Equal(secondary.SiloAddress, await factory.GetGrain<ICallGrain>(key).Where());

        await (killed ? cluster.KillSiloAsync(secondary) : cluster.StopSiloAsync(secondary));

        Assert.False(secondary.IsActive);
        Assert.Equal([primary.SiloAddress], cluster.GetActiveSilos().Select(static silo => silo.SiloAddress));
        Assert.Empty(cluster.SecondarySilos);
        var there = cluster.GetSiloServiceProvider(primary.SiloAddress).GetRequiredService<IGrainFactory>().GetGrain<ICallGrain>(key);
        Assert.Equal(primary.SiloAddress, await OwnCluster.RetryAsync(there.Where));
    }

    [Fact]
    public async Task SecondarySilo_StartedInPlaceOfAKilledOne_TakesGrains()
    {
        await using var cluster = await StartAsync();
        await cluster.KillSiloAsync(cluster.SecondarySilos.Single());
        var added = await cluster.StartAdditionalSiloAsync();
        Assert.Equal([added.SiloAddress], cluster.SecondarySilos.Select(static silo => silo.SiloAddress));
        var grain = cluster.GetSiloServiceProvider(added.SiloAddress).GetRequiredService<IGrainFactory>().GetGrain<ICallGrain>(ClusterFixture.NewKey());
        Assert.Equal(added.SiloAddress, await OwnCluster.RetryAsync(grain.Where));
    }

    private static async Task<TestCluster> StartAsync()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silos>();
        builder.AddClientBuilderConfigurator<Clients>();
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private sealed class Silos : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Configure<TypeManifestOptions>(static options => options.EnableConfigurationAnalysis = false);
            siloBuilder.AddMemoryGrainStorage("memory");
            siloBuilder.AddMemoryGrainStorageAsDefault();
            siloBuilder.AddMemoryGrainStorage("PubSubStore");
            siloBuilder.AddMemoryStreams("streams");
            siloBuilder.Services.AddSingleton(new SomeService("from the container"));
        }
    }

    private sealed class Clients : IClientBuilderConfigurator
    {
        public void Configure(Microsoft.Extensions.Configuration.IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.Configure<TypeManifestOptions>(static options => options.EnableConfigurationAnalysis = false);
    }
}
