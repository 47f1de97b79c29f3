using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>A reference to a grain; the emitted references of grain interfaces derive from it.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly GrainId _grainId;

    // Where the last call went: saves the look-up while it is still there.
    private volatile CallTarget? _lastTarget;

    internal GrainReference(CallRuntime runtime, GrainId grainId, Type grainInterface)
    {
        Runtime = runtime;
        _grainId = grainId;
        Interface = grainInterface;
    }

    /// <summary>The grain.</summary>
    public GrainId GrainId => _grainId;

    /// <summary>The interface's type.</summary>
    public GrainInterfaceType InterfaceType => GrainInterfaces.TypeOf(Interface);

    /// <summary>The interface's name.</summary>
    public virtual string InterfaceName => Interface.Name;

    internal CallRuntime Runtime { get; }

    internal Type Interface { get; }

    internal CallTarget? LastTarget
    {
        get => _lastTarget;
        set => _lastTarget = value;
    }

    /// <summary>The same grain by another interface.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)CastTo(typeof(TGrainInterface));

    /// <summary>A hash that is the same in every process.</summary>
    public uint GetUniformHashCode() => _grainId.GetUniformHashCode();

    /// <inheritdoc />
    public bool Equals(GrainReference? other) => other is not null && _grainId == other._grainId;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc />
    public override int GetHashCode() => _grainId.GetHashCode();

    /// <summary>Same grain.</summary>
    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) => reference1?.Equals(reference2) ?? reference2 is null;

    /// <summary>Different grain.</summary>
    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    /// <inheritdoc />
    public sealed override string ToString() => $"GrainReference:{_grainId}:{Interface.Name}";

    internal object CastTo(Type grainInterface) => grainInterface.IsInstanceOfType(this) ? this : ProxyFactory.For(grainInterface)(Runtime, _grainId);

    internal GrainReference BindTo(CallRuntime runtime)
    {
        if (ReferenceEquals(runtime, Runtime))
        {
            return this;
        }

        return GetType() == typeof(GrainReference) ? new GrainReference(runtime, _grainId, Interface) : ProxyFactory.For(Interface)(runtime, _grainId);
    }

    internal Task<TResult> CallTaskOf<TArgs, TResult>(GrainMethod<TArgs, TResult> method, TArgs args, CancellationToken cancellationToken)
    {
        if (method.IsOneWay)
        {
            SendOneWay(method, args, cancellationToken);
            return Task.FromResult<TResult>(default!);
        }

        if (Runtime.OutgoingFilters.Length != 0)
        {
            return OutgoingFilters.Call(this, method, args, cancellationToken).AsTask();
        }

        var call = GrainCall<TArgs, TResult>.Rent(this, method, ref args);
        var task = call.ForTask();
        Runtime.Send(call, cancellationToken);
        return task;
    }

    internal ValueTask<TResult> CallValueTaskOf<TArgs, TResult>(GrainMethod<TArgs, TResult> method, TArgs args, CancellationToken cancellationToken)
    {
        if (method.IsOneWay)
        {
            SendOneWay(method, args, cancellationToken);
            return default;
        }

        if (Runtime.OutgoingFilters.Length != 0)
        {
            return OutgoingFilters.Call(this, method, args, cancellationToken);
        }

        var call = GrainCall<TArgs, TResult>.Rent(this, method, ref args);
        var task = call.ForValueTask();
        Runtime.Send(call, cancellationToken);
        return task;
    }

    internal Task CallTask<TArgs>(GrainMethod<TArgs, Unit> method, TArgs args, CancellationToken cancellationToken) =>
        CallTaskOf(method, args, cancellationToken);

    internal ValueTask CallValueTask<TArgs>(GrainMethod<TArgs, Unit> method, TArgs args, CancellationToken cancellationToken)
    {
        if (method.IsOneWay || Runtime.OutgoingFilters.Length != 0)
        {
            return new(CallTaskOf(method, args, cancellationToken));
        }

        var call = GrainCall<TArgs, Unit>.Rent(this, method, ref args);
        var task = call.ForPlainValueTask();
        Runtime.Send(call, cancellationToken);
        return task;
    }

    internal void CallVoid<TArgs>(GrainMethod<TArgs, Unit> method, TArgs args, CancellationToken cancellationToken) => SendOneWay(method, args, cancellationToken);

    internal IAsyncEnumerable<T> CallAsyncEnumerable<TArgs, T>(EnumerationMethod<TArgs, T> method, TArgs args, CancellationToken cancellationToken)
    {
        method.CopyTarget(ref args, null);
        return new RemoteEnumerable<TArgs, T>(this, method, args, cancellationToken);
    }

    private void SendOneWay<TArgs, TResult>(GrainMethod<TArgs, TResult> method, TArgs args, CancellationToken cancellationToken)
    {
        if (Runtime.OutgoingFilters.Length != 0)
        {
            _ = OutgoingFilters.Call(this, method, args, cancellationToken).AsTask();
            return;
        }

        var call = GrainCall<TArgs, TResult>.Rent(this, method, ref args);
        call.ForNobody();
        Runtime.Send(call, cancellationToken);
    }
}
