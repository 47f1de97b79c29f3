namespace Grpc.AspNetCore.Server;

/// <summary>An object that an activator has made or found, and which of the two.</summary>
public readonly struct GrpcActivatorHandle<T>
{
    /// <summary>An object; <paramref name="state" /> is the activator's own.</summary>
    public GrpcActivatorHandle(T instance, bool created, object? state)
    {
        Instance = instance;
        Created = created;
        State = state;
    }

    /// <summary>The object.</summary>
    public T Instance { get; }

    /// <summary>Whether it was made for this call and ends with it.</summary>
    public bool Created { get; }

    /// <summary>What the activator left.</summary>
    public object? State { get; }
}
