using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Core;

/// <summary>A grain's state over its storage.</summary>
internal sealed class StateStorageBridge<TState>(string name, IGrainContext context, IGrainStorage store) : IPersistentState<TState>
{
    private readonly GrainState<TState> _state = new(Create());

    public TState State
    {
        get => InTurn()._state.State!;
        set => InTurn()._state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => InTurn()._state.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(default);

    public Task WriteStateAsync() => WriteStateAsync(default);

    public Task ClearStateAsync() => ClearStateAsync(default);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await InTurn().Store.ReadStateAsync(name, context.GrainId, _state, cancellationToken);
            // Storage may leave no state at all; grains always have one.
            _state.State ??= Create();
        }
        catch (Exception exception)
        {
            Fail("Error from storage provider", "ReadState", exception);
        }
    }

    public async Task WriteStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await InTurn().Store.WriteStateAsync(name, context.GrainId, _state, cancellationToken);
        }
        catch (Exception exception)
        {
            Fail("Error from storage provider", "WriteState", exception);
        }
    }

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await InTurn().Store.ClearStateAsync(name, context.GrainId, _state, cancellationToken);
            _state.State ??= Create();
        }
        catch (Exception exception)
        {
            Fail("Error from storage provider", "ClearState", exception);
        }
    }

    private IGrainStorage Store => store;

    private StateStorageBridge<TState> InTurn()
    {
        if (RuntimeContext.Current is not { } current)
        {
            throw new InvalidOperationException("Activation access violation. A non-activation thread attempted to access activation services.");
        }

        if (!ReferenceEquals(current, context))
        {
            throw new InvalidOperationException($"Activation access violation. {current} attempted to access the state of {context}.");
        }

        return this;
    }

    private static TState Create()
    {
        var type = typeof(TState);
        if (type.IsValueType)
        {
            return default!;
        }

        return type.GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<TState>() : (TState)RuntimeHelpers.GetUninitializedObject(type);
    }

    private void Fail(string what, string operation, Exception exception)
    {
        if (exception is OrleansException or OperationCanceledException)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        throw new OrleansException(
            $"{what} {store.GetType().Name}.{name} during {operation} for grain {context.GrainId}{Environment.NewLine}: {exception.Message}", exception);
    }
}
