using Orleans.Core;

namespace Orleans.Core
{
    /// <summary>A state that can be read, written and cleared.</summary>
    public interface IStorage
    {
        /// <summary>The version last read or written.</summary>
        string? Etag { get; }

        /// <summary>Whether there is a stored state.</summary>
        bool RecordExists { get; }

        /// <summary>Removes the stored state.</summary>
        Task ClearStateAsync();

        /// <summary>Removes the stored state.</summary>
        Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        /// <summary>Stores the state.</summary>
        Task WriteStateAsync();

        /// <summary>Stores the state.</summary>
        Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        /// <summary>Reads the stored state.</summary>
        Task ReadStateAsync();

        /// <summary>Reads the stored state.</summary>
        Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
    }

    /// <summary>A typed state.</summary>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The state.</summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A grain's state, injected by <see cref="PersistentStateAttribute"/>; it has been read before the grain is activated.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Marks attributes of constructor parameters that the runtime fills.</summary>
    public interface IPersistentStateConfiguration
    {
        /// <summary>The state's name within the grain.</summary>
        string StateName { get; }

        /// <summary>The storage that keeps it; null for the default one.</summary>
        string? StorageName { get; }
    }

    /// <summary>Has the runtime fill a constructor parameter of type <see cref="IPersistentState{T}"/>.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute, IFacetMetadata, IPersistentStateConfiguration
    {
        /// <inheritdoc />
        public string StateName { get; } = stateName;

        /// <inheritdoc />
        public string? StorageName { get; } = storageName;
    }
}

namespace Orleans
{
    /// <summary>Marks attributes of constructor parameters that the runtime fills.</summary>
    public interface IFacetMetadata;
}
