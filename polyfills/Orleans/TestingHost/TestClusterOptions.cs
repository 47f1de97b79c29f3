namespace Orleans.TestingHost;

/// <summary>What a test cluster is made of.</summary>
public class TestClusterOptions
{
    /// <summary>The cluster.</summary>
    public string ClusterId { get; set; } = "";

    /// <summary>The service.</summary>
    public string ServiceId { get; set; } = "";

    /// <summary>How many silos it begins with.</summary>
    public short InitialSilosCount { get; set; }

    /// <summary>Whether a client connects when it is deployed.</summary>
    public bool InitializeClientOnDeploy { get; set; } = true;

    /// <summary>Types that set up silos.</summary>
    public List<string?> SiloBuilderConfiguratorTypes { get; } = [];

    /// <summary>Types that set up the client.</summary>
    public List<string?> ClientBuilderConfiguratorTypes { get; } = [];
}

/// <summary>Builds a test cluster.</summary>
public class TestClusterBuilder
{
    private readonly List<Action<Microsoft.Extensions.Configuration.IConfigurationBuilder>> _configure = [];

    /// <summary>Of two silos.</summary>
    public TestClusterBuilder()
        : this(2)
    {
    }

    /// <summary>Of so many silos.</summary>
    public TestClusterBuilder(short initialSilosCount)
    {
        Options = new TestClusterOptions { InitialSilosCount = initialSilosCount, ClusterId = CreateClusterId(), ServiceId = Guid.NewGuid().ToString() };
    }

    /// <summary>What it is made of.</summary>
    public TestClusterOptions Options { get; }

    /// <summary>Goes into every host's configuration.</summary>
    public Dictionary<string, string?> Properties { get; } = [];

    /// <summary>A cluster id of its own.</summary>
    public static string CreateClusterId() => $"testcluster-{Guid.NewGuid():N}";

    /// <summary>Has a type set up each silo.</summary>
    public TestClusterBuilder AddSiloBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(ISiloConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
        {
            throw new ArgumentException($"The type {typeof(T)} is not assignable to either {nameof(ISiloConfigurator)} or {nameof(IHostConfigurator)}");
        }

        Options.SiloBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }

    /// <summary>Has a type set up the client.</summary>
    public TestClusterBuilder AddClientBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(IClientBuilderConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
        {
            throw new ArgumentException($"The type {typeof(T)} is not assignable to either {nameof(IClientBuilderConfigurator)} or {nameof(IHostConfigurator)}");
        }

        Options.ClientBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }

    /// <summary>Adds to every host's configuration.</summary>
    public TestClusterBuilder ConfigureHostConfiguration(Action<Microsoft.Extensions.Configuration.IConfigurationBuilder> configureDelegate)
    {
        _configure.Add(configureDelegate);
        return this;
    }

    /// <summary>Builds it; <see cref="TestCluster.DeployAsync"/> starts it.</summary>
    public TestCluster Build() => new(Options, new Dictionary<string, string?>(Properties), [.. _configure]);
}
