using System.Collections.Concurrent;

namespace Orleans.Serialization;

/// <summary>Copies the values of one type.</summary>
internal abstract class Copier
{
    /// <summary>True when a value is its own copy.</summary>
    public virtual bool IsShallow => false;

    public abstract object? CopyBoxed(object? value, CopyContext context);
}

/// <summary>Copies the values of one type.</summary>
internal abstract class Copier<T> : Copier
{
    public abstract T Copy(T value, CopyContext context);

    public override object? CopyBoxed(object? value, CopyContext context) => Copy((T)value!, context);
}

/// <summary>A value is its own copy.</summary>
internal sealed class ShallowCopier<T> : Copier<T>
{
    public override bool IsShallow => true;

    public override T Copy(T value, CopyContext context) => value;
}

/// <summary>Copies instances of exactly one class; instances of others go to their own copiers.</summary>
internal abstract class ReferenceCopier<T, TMode> : Copier<T>
    where TMode : ICopyMode
{
    public sealed override T Copy(T value, CopyContext context)
    {
        if (value is null)
        {
            return value;
        }

        if (context.TryGetCopy(value, out var copy))
        {
            return (T)copy;
        }

        var type = value.GetType();
        return type == typeof(T) ? CopyInstance(value, context) : (T)Copiers<TMode>.For(type).CopyBoxed(value, context)!;
    }

    /// <summary>Makes the copy, and records it before it copies what may refer back to it.</summary>
    protected abstract T CopyInstance(T value, CopyContext context);
}

/// <summary>Copies values by the type they turn out to have.</summary>
internal sealed class DynamicCopier<T, TMode> : Copier<T>
    where TMode : ICopyMode
{
    public override T Copy(T value, CopyContext context)
    {
        if (value is null || value.GetType() == typeof(object))
        {
            return value;
        }

        return context.TryGetCopy(value, out var copy) ? (T)copy : (T)Copiers<TMode>.For(value.GetType()).CopyBoxed(value, context)!;
    }
}

/// <summary>The copiers of all types, by type.</summary>
internal static class Copiers<TMode>
    where TMode : ICopyMode
{
    private static readonly ConcurrentDictionary<Type, Copier> s_copiers = new();

    /// <summary>The copier of a type.</summary>
    /// <exception cref="CodecNotFoundException">The type, or one of its members', cannot cross a grain boundary.</exception>
    public static Copier For(Type type) => s_copiers.TryGetValue(type, out var copier) ? copier : s_copiers.GetOrAdd(type, CopierFactory<TMode>.Create(type));
}

/// <summary>The copier of one type, found without a look-up.</summary>
internal static class CopierOf<T, TMode>
    where TMode : ICopyMode
{
    private static Copier<T>? s_copier;

    public static Copier<T> Instance => s_copier ??= (Copier<T>)Copiers<TMode>.For(typeof(T));

    /// <summary>Called from emitted code.</summary>
    public static T Copy(T value, CopyContext context) => Instance.Copy(value, context);

    /// <summary>A whole copy of its own.</summary>
    public static T CopyRoot(T value, Runtime.CallRuntime? destination)
    {
        var copier = Instance;
        if (copier.IsShallow || value is null)
        {
            return value;
        }

        using var context = CopyContext.Rent(destination);
        return copier.Copy(value, context);
    }
}
