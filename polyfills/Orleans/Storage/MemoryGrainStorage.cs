using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Configuration
{
    /// <summary>How states are kept in memory: nothing of it matters here.</summary>
    public class MemoryGrainStorageOptions
    {
        /// <summary>The default of <see cref="NumStorageGrains"/>.</summary>
        public const int NumStorageGrainsDefaultValue = 10;

        /// <summary>How many grains share the states.</summary>
        public int NumStorageGrains { get; set; } = NumStorageGrainsDefaultValue;
    }
}

namespace Orleans.Hosting
{
    /// <summary>Adds storage in memory.</summary>
    public static class MemoryGrainStorageSiloBuilderExtensions
    {
        /// <summary>Adds storage in memory, by name.</summary>
        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name, Action<MemoryGrainStorageOptions> configureOptions) =>
            builder.AddMemoryGrainStorage(name, (OptionsBuilder<MemoryGrainStorageOptions> options) => options.Configure(configureOptions));

        /// <summary>Adds storage in memory, by name.</summary>
        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name, Action<OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null)
        {
            configureOptions?.Invoke(builder.Services.AddOptions<MemoryGrainStorageOptions>(name));
            Runtime.Hosting.StorageProviderExtensions.AddGrainStorage(builder.Services, name, MemoryGrainStorage.Create);
            return builder;
        }

        /// <summary>Adds storage in memory, as the default.</summary>
        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder, Action<MemoryGrainStorageOptions> configureOptions) =>
            builder.AddMemoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configureOptions);

        /// <summary>Adds storage in memory, as the default.</summary>
        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder, Action<OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null) =>
            builder.AddMemoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configureOptions);
    }
}

namespace Orleans.Runtime.Hosting
{
    /// <summary>Registers storage.</summary>
    public static class StorageProviderExtensions
    {
        /// <summary>Registers storage by name.</summary>
        public static IServiceCollection AddGrainStorage<T>(this IServiceCollection collection, string name, Func<IServiceProvider, string, T> implementationFactory)
            where T : IGrainStorage
        {
            collection.AddKeyedSingleton<IGrainStorage>(name, (services, key) => implementationFactory(services, (string)key!));
            if (string.Equals(name, ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, StringComparison.Ordinal))
            {
                collection.TryAddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>(name));
            }

            if (typeof(ILifecycleParticipant<ISiloLifecycle>).IsAssignableFrom(typeof(T)))
            {
                collection.AddSingleton(services => (ILifecycleParticipant<ISiloLifecycle>)services.GetRequiredKeyedService<IGrainStorage>(name));
            }

            return collection;
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>
    /// Keeps states in the memory of the cluster: a silo's end does not lose them, the last silo's does. (The real one keeps
    /// them in grains, and loses those of a silo that is killed.)
    /// </summary>
    public class MemoryGrainStorage : IGrainStorage
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Cluster, ConcurrentDictionary<(string, string, GrainId), Record>> s_records = [];

        private readonly ConcurrentDictionary<(string, string, GrainId), Record> _records;
        private readonly string _name;

        private MemoryGrainStorage(string name, Cluster cluster)
        {
            _name = name;
            _records = s_records.GetOrCreateValue(cluster);
        }

        internal static MemoryGrainStorage Create(IServiceProvider services, string name) => new(name, services.GetRequiredService<Silo>().Cluster);

        /// <inheritdoc />
        public virtual Task ReadStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
        {
            if (_records.TryGetValue((_name, grainType, grainId), out var record) && record.Data is { } data)
            {
                grainState.State = StateJson.Deserialize<T>(data);
                grainState.ETag = record.ETag;
                grainState.RecordExists = true;
            }
            else
            {
                grainState.State = New<T>();
                grainState.ETag = null;
                grainState.RecordExists = false;
            }

            return Task.CompletedTask;
        }

        /// <inheritdoc />
        public virtual Task WriteStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.ETag = Change(grainType, grainId, grainState.ETag, StateJson.Serialize(grainState.State));
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        /// <inheritdoc />
        public virtual Task ClearStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
        {
            Change(grainType, grainId, grainState.ETag, null);
            grainState.ETag = null;
            grainState.RecordExists = false;
            grainState.State = New<T>();
            return Task.CompletedTask;
        }

        private static T New<T>() => typeof(T).IsValueType ? default! : Serialization.InstanceMaker<T>.Make();

        private string? Change(string stateName, GrainId id, string? expected, byte[]? data)
        {
            var record = _records.GetOrAdd((_name, stateName, id), static _ => new Record());
            lock (record)
            {
                if (record.ETag != expected)
                {
                    throw new InconsistentStateException(
                        $"e-Tag mismatch in memory storage {_name}, state {stateName} of grain {id}. Stored = {record.ETag ?? "null"}. Received = {expected ?? "null"}",
                        record.ETag, expected);
                }

                record.Data = data;
                record.ETag = data is null ? null : (++record.Version).ToString(CultureInfo.InvariantCulture);
                return record.ETag;
            }
        }

        private sealed class Record
        {
            public byte[]? Data { get; set; }

            public string? ETag { get; set; }

            public long Version { get; set; }
        }
    }

    /// <summary>States as JSON, as by default in the real runtime, though private setters are left out.</summary>
    internal static class StateJson
    {
        private static readonly JsonSerializerOptions s_options = new() { IncludeFields = true };

        public static byte[] Serialize<T>(T? input) => JsonSerializer.SerializeToUtf8Bytes(input, s_options);

        public static T? Deserialize<T>(byte[] input) => JsonSerializer.Deserialize<T>(input, s_options);
    }
}
