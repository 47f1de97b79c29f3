using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Providers;
using Orleans.Runtime;

namespace Orleans.Storage
{
    /// <summary>Fills constructor parameters marked <see cref="PersistentStateAttribute"/>.</summary>
    internal static class PersistentStates
    {
        public static object Create(Activation activation, ParameterInfo parameter, PersistentStateAttribute attribute)
        {
            var type = parameter.ParameterType;
            if (!type.IsConstructedGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            {
                throw new ArgumentException($"Parameter {parameter.Name} of {parameter.Member.DeclaringType} has [PersistentState] but is not an IPersistentState<T>.");
            }

            var name = string.IsNullOrEmpty(attribute.StateName) ? parameter.Name! : attribute.StateName;
            return typeof(PersistentStates).GetMethod(nameof(CreateTyped), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [activation, name, attribute.StorageName], null)!;
        }

        public static IGrainStorage StorageFor(IServiceProvider services, string? storageName, Type grainClass)
        {
            var storage = string.IsNullOrEmpty(storageName) ? services.GetService<IGrainStorage>() : services.GetKeyedService<IGrainStorage>(storageName);
            return storage ?? throw new BadGrainStorageConfigException(string.IsNullOrEmpty(storageName)
                ? $"No default storage provider found loading grain type {grainClass.FullName}."
                : $"No storage provider named \"{storageName}\" found loading grain type {grainClass.FullName}.");
        }

        private static IPersistentState<TState> CreateTyped<TState>(Activation activation, string name, string? storageName)
        {
            var state = new StateStorageBridge<TState>(name, activation, StorageFor(activation.ActivationServices, storageName, activation.Class.Type));
            activation.ObservableLifecycle.Subscribe($"{nameof(PersistentStates)}.{name}", GrainLifecycleStage.SetupState, state.ReadStateAsync);
            return state;
        }
    }

    /// <summary>A grain names a storage that is not registered.</summary>
    [GenerateSerializer]
    internal sealed class BadGrainStorageConfigException(string message) : OrleansException(message);
}

namespace Orleans.Providers
{
    /// <summary>Names of providers that have a meaning.</summary>
    public static class ProviderConstants
    {
        /// <summary>The storage of grains that name none.</summary>
        public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";

        /// <summary>The storage of stream subscriptions.</summary>
        public const string DEFAULT_PUBSUB_PROVIDER_NAME = "PubSubStore";
    }

    /// <summary>Names the storage of a <see cref="Grain{T}"/>.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StorageProviderAttribute : Attribute
    {
        /// <summary>The storage's name.</summary>
        public string ProviderName { get; set; } = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
    }
}
