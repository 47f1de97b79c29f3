using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Sets up each silo of a test cluster.</summary>
public interface ISiloConfigurator
{
    /// <summary>Sets up a silo.</summary>
    void Configure(ISiloBuilder siloBuilder);
}

/// <summary>Sets up each host of a test cluster.</summary>
public interface IHostConfigurator
{
    /// <summary>Sets up a host.</summary>
    void Configure(IHostBuilder hostBuilder);
}

/// <summary>Sets up the client of a test cluster.</summary>
public interface IClientBuilderConfigurator
{
    /// <summary>Sets up the client.</summary>
    void Configure(IConfiguration configuration, IClientBuilder clientBuilder);
}
