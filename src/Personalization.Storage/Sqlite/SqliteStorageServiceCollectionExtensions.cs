using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Serialization;
using Personalization.Domain.Storage;
using Personalization.Storage.Serialization;

namespace Personalization.Storage.Sqlite;

/// <summary>Registers the embedded store.</summary>
public static class SqliteStorageServiceCollectionExtensions
{
    /// <summary>
    /// Registers the store and everything in it. It is opened when the first of them is resolved, and closed with the
    /// container.
    /// </summary>
    /// <param name="services">Where.</param>
    /// <param name="configure">Sets options; null when they are configured elsewhere.</param>
    public static IServiceCollection AddSqliteStorage(
        this IServiceCollection services, Action<SqliteStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SqliteStorageOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteStorageOptions>, SqliteStorageOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => SqliteStore.Open(
            provider.GetRequiredService<IOptions<SqliteStorageOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<SqliteStore>>()));
        return services.AddPartsOfTheStore();
    }

    /// <summary>
    /// Registers a store that is open already, and everything in it: for several containers of one process, since a file can
    /// be open only once. Whoever opened it closes it.
    /// </summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, SqliteStore store)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(store);
        return services.AddPartsOfTheStore();
    }

    /// <summary>Registers the embedded store as grain storage under a name, for grains that name it.</summary>
    public static IServiceCollection AddPersonalizationGrainStorage(this IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.TryAddSingleton<StateCodecs>();
        services.TryAddSingleton<SqliteGrainStorage>();

        // Grains that name no storage get the one that is registered without a key.
        services.TryAddSingleton<IGrainStorage>(static provider => provider.GetRequiredService<SqliteGrainStorage>());
        return services.AddKeyedSingleton<IGrainStorage>(name, static (provider, _) => provider.GetRequiredService<SqliteGrainStorage>());
    }

    /// <summary>Registers how states of a type are stored.</summary>
    public static IServiceCollection AddStateCodec<TState, TCodec>(this IServiceCollection services)
        where TCodec : class, IStateCodec<TState>
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton<IStateCodec<TState>, TCodec>();
    }

    private static IServiceCollection AddPartsOfTheStore(this IServiceCollection services)
    {
        services.TryAddSingleton<IEventLog>(static provider => provider.GetRequiredService<SqliteStore>().Events);
        services.TryAddSingleton<IEventLogRetention>(static provider => provider.GetRequiredService<SqliteStore>().Events);
        services.TryAddSingleton<IUserKeyStore>(static provider => provider.GetRequiredService<SqliteStore>().UserKeys);
        services.TryAddSingleton<IStorageHealth>(static provider => provider.GetRequiredService<SqliteStore>().Health);
        services.TryAddSingleton<IDocumentStore>(static provider => provider.GetRequiredService<SqliteStore>().Documents);
        services.TryAddSingleton<IDecisionLog>(static provider => provider.GetRequiredService<SqliteStore>().Decisions);
        services.TryAddSingleton<IRejectedEventStore>(static provider => provider.GetRequiredService<SqliteStore>().Rejected);
        return services;
    }
}
