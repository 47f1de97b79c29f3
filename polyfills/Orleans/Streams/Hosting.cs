using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace Orleans.Configuration
{
    /// <summary>How queues are pulled.</summary>
    public class StreamPullingAgentOptions
    {
        /// <summary>The default of <see cref="GetQueueMsgsTimerPeriod"/>.</summary>
        public static readonly TimeSpan DEFAULT_GET_QUEUE_MESSAGES_TIMER_PERIOD = TimeSpan.FromMilliseconds(100);

        /// <summary>The default of <see cref="MaxEventDeliveryTime"/>.</summary>
        public static readonly TimeSpan DEFAULT_MAX_EVENT_DELIVERY_TIME = TimeSpan.FromMinutes(1);

        /// <summary>How often queues are looked into.</summary>
        public TimeSpan GetQueueMsgsTimerPeriod { get; set; } = DEFAULT_GET_QUEUE_MESSAGES_TIMER_PERIOD;

        /// <summary>How long an event's delivery is tried again.</summary>
        public TimeSpan MaxEventDeliveryTime { get; set; } = DEFAULT_MAX_EVENT_DELIVERY_TIME;
    }

    /// <summary>How many queues there are.</summary>
    public class HashRingStreamQueueMapperOptions
    {
        /// <summary>The default of <see cref="TotalQueueCount"/>.</summary>
        public const int DEFAULT_NUM_QUEUES = 8;

        /// <summary>How many.</summary>
        public int TotalQueueCount { get; set; } = DEFAULT_NUM_QUEUES;
    }
}

namespace Orleans.Hosting
{
    /// <summary>Sets something that has a name.</summary>
    public interface INamedServiceConfigurator
    {
        /// <summary>The name.</summary>
        string Name { get; }

        /// <summary>Adds services.</summary>
        Action<Action<IServiceCollection>> ConfigureDelegate { get; }
    }

    /// <summary>Sets a stream provider.</summary>
    public interface IPersistentStreamConfigurator : INamedServiceConfigurator;

    /// <summary>Sets a stream provider on a silo.</summary>
    public interface ISiloPersistentStreamConfigurator : IPersistentStreamConfigurator;

    /// <summary>Sets a stream provider on a silo.</summary>
    public interface ISiloRecoverableStreamConfigurator : ISiloPersistentStreamConfigurator;

    /// <summary>Sets memory streams.</summary>
    public interface IMemoryStreamConfigurator : INamedServiceConfigurator;

    /// <summary>Sets memory streams on a silo.</summary>
    public interface ISiloMemoryStreamConfigurator : IMemoryStreamConfigurator, ISiloRecoverableStreamConfigurator;

    /// <summary>Sets a stream provider on a client.</summary>
    public interface IClusterClientPersistentStreamConfigurator : IPersistentStreamConfigurator;

    /// <summary>Sets memory streams on a client.</summary>
    public interface IClusterClientMemoryStreamConfigurator : IMemoryStreamConfigurator, IClusterClientPersistentStreamConfigurator;

    /// <summary>Settings of memory streams.</summary>
    public static class MemoryStreamConfiguratorExtensions
    {
        /// <summary>How many queues.</summary>
        public static void ConfigurePartitioning(this IMemoryStreamConfigurator configurator, int numOfQueues = HashRingStreamQueueMapperOptions.DEFAULT_NUM_QUEUES) =>
            configurator.ConfigureDelegate(s => s.Configure<HashRingStreamQueueMapperOptions>(configurator.Name, o => o.TotalQueueCount = numOfQueues));
    }

    /// <summary>Settings of stream providers on silos.</summary>
    public static class SiloPersistentStreamConfiguratorExtensions
    {
        /// <summary>How queues are pulled.</summary>
        public static void ConfigurePullingAgent(this ISiloPersistentStreamConfigurator configurator, Action<OptionsBuilder<StreamPullingAgentOptions>>? configureOptions = null) =>
            configurator.ConfigureDelegate(s => configureOptions?.Invoke(s.AddOptions<StreamPullingAgentOptions>(configurator.Name)));
    }

    /// <summary>Adds memory streams to silos.</summary>
    public static class SiloBuilderMemoryStreamExtensions
    {
        /// <summary>Adds memory streams.</summary>
        public static ISiloBuilder AddMemoryStreams(this ISiloBuilder builder, string name, Action<ISiloMemoryStreamConfigurator>? configure = null)
        {
            MemoryStreamServices.AddProvider(builder.Services, name);
            builder.Services.AddSingleton<IConfigurationValidator>(services => new PubSubStorageValidator(services, name));
            builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => new PullingAgent(
                services.GetRequiredService<Silo>(),
                name,
                MemoryStreamServices.QueuesOf(services, name),
                services.GetRequiredService<IOptionsMonitor<StreamPullingAgentOptions>>().Get(name)));
            configure?.Invoke(new StreamConfigurator(name, builder.Services));
            return builder;
        }
    }

    /// <summary>Adds memory streams to clients.</summary>
    public static class ClientBuilderStreamingExtensions
    {
        /// <summary>Adds memory streams.</summary>
        public static IClientBuilder AddMemoryStreams(this IClientBuilder builder, string name, Action<IClusterClientMemoryStreamConfigurator>? configure = null)
        {
            MemoryStreamServices.AddProvider(builder.Services, name);
            configure?.Invoke(new StreamConfigurator(name, builder.Services));
            return builder;
        }
    }

    internal sealed class StreamConfigurator(string name, IServiceCollection services) : ISiloMemoryStreamConfigurator, IClusterClientMemoryStreamConfigurator
    {
        public string Name => name;

        public Action<Action<IServiceCollection>> ConfigureDelegate => configure => configure(services);
    }

    internal static class MemoryStreamServices
    {
        public static void AddProvider(IServiceCollection services, string name) => services.AddKeyedSingleton<IStreamProvider>(
            name,
            (s, _) => new MemoryStreamProvider(name, s.GetRequiredService<CallRuntime>(), QueuesOf(s, name)));

        public static int QueuesOf(IServiceProvider services, string name) =>
            services.GetRequiredService<IOptionsMonitor<HashRingStreamQueueMapperOptions>>().Get(name).TotalQueueCount;
    }

    /// <summary>Subscriptions need storage.</summary>
    internal sealed class PubSubStorageValidator(IServiceProvider services, string name) : IConfigurationValidator
    {
        public void ValidateConfiguration()
        {
            if ((services.GetKeyedService<IGrainStorage>(name) ?? services.GetKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_PUBSUB_PROVIDER_NAME)) is null)
            {
                throw new OrleansConfigurationException(
                    $"Streams with explicit subscriptions require a grain storage named {ProviderConstants.DEFAULT_PUBSUB_PROVIDER_NAME} or {name} to be configured with the silo.");
            }
        }
    }
}

namespace Orleans
{
    /// <summary>Stream providers of grains.</summary>
    public static class GrainStreamingExtensions
    {
        /// <summary>A provider.</summary>
        public static IStreamProvider GetStreamProvider(this Grain grain, string name) => ((IGrainBase)grain).GetStreamProvider(name);

        /// <summary>A provider.</summary>
        public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name) => Find(grain.GrainContext.ActivationServices, name);

        internal static IStreamProvider Find(IServiceProvider services, string name)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                throw new ArgumentNullException(nameof(name));
            }

            return services.GetKeyedService<IStreamProvider>(name) ?? throw new KeyNotFoundException($"Stream provider '{name}' not found");
        }
    }

    /// <summary>Stream providers of clients.</summary>
    public static class ClientStreamingExtensions
    {
        /// <summary>A provider.</summary>
        public static IStreamProvider GetStreamProvider(this IClusterClient client, string name) => GrainStreamingExtensions.Find(client.ServiceProvider, name);
    }
}
