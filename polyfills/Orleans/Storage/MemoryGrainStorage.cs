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
    /// Keeps states in the memory of silos, in shares: a silo that leaves, in good order or not, takes its shares with it. (The
    /// real one keeps each share in a grain.)
    /// </summary>
    public class MemoryGrainStorage : IGrainStorage
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Cluster, ConcurrentDictionary<int, Share>> s_shares = [];

        private readonly ConcurrentDictionary<int, Share> _shares;
        private readonly Silo _silo;
        private readonly string _name;
        private readonly uint _count;

        private MemoryGrainStorage(string name, Silo silo, int count)
        {
            _name = name;
            _count = (uint)count;
            _silo = silo;
            _shares = s_shares.GetOrCreateValue(silo.Cluster);
        }

        internal static MemoryGrainStorage Create(IServiceProvider services, string name) => new(
            name,
            services.GetRequiredService<Silo>(),
            services.GetRequiredService<IOptionsMonitor<MemoryGrainStorageOptions>>().Get(name).NumStorageGrains);

        /// <inheritdoc />
        public virtual Task ReadStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
        {
            if (RecordsOf(grainId).TryGetValue((grainType, grainId), out var record) && record.Data is { } data)
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
            var record = RecordsOf(id).GetOrAdd((stateName, id), static _ => new Record());
            lock (record)
            {
                // Who has an ETag of a state that went with a silo is not held up by it.
                if (record.Version > 0 && record.ETag != expected)
                {
                    throw new InconsistentStateException(
                        $"e-Tag mismatch in memory storage {_name}, state {stateName} of grain {id}. Stored = {record.ETag ?? "null"}. Received = {expected ?? "null"}",
                        record.ETag, expected);
                }

                record.Data = data;
                record.Version++;
                record.ETag = data is null ? null : record.Version.ToString(CultureInfo.InvariantCulture);
                return record.ETag;
            }
        }

        // Whoever asks first for a share whose silo is gone has another silo begin it anew.
        private ConcurrentDictionary<(string, GrainId), Record> RecordsOf(GrainId id)
        {
            var number = (int)(id.GetUniformHashCode() % _count);

            // Whatever the storage is called: storages of different names keep their states together.
            var share = _shares.GetOrAdd(number, static _ => new Share());
            lock (share)
            {
                if (share.Owner is not { Status: SiloStatus.Active or SiloStatus.Joining })
                {
                    var silos = _silo.Cluster.ActiveSilos;
                    share.Owner = !silos.IsEmpty ? silos[Random.Shared.Next(silos.Length)]
                        : _silo.Status == SiloStatus.Joining ? _silo
                        : throw new OrleansException($"There are no compatible silos for share {number} of memory storage {_name}.");
                    share.Records = new();
                }

                return share.Records;
            }
        }

        private sealed class Share
        {
            public Silo? Owner { get; set; }

            public ConcurrentDictionary<(string, GrainId), Record> Records { get; set; } = new();
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
