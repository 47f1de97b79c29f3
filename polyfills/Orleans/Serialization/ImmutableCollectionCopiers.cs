using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orleans.Serialization;

/// <summary>Copies <see cref="ImmutableArray{T}"/>: shared when its elements are.</summary>
internal sealed class ImmutableArrayCopier<T, TMode> : Copier<ImmutableArray<T>>
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override ImmutableArray<T> Copy(ImmutableArray<T> value, CopyContext context) =>
        IsShallow || value.IsDefault ? value : [.. value.Select(item => CopierOf<T, TMode>.Copy(item, context))];
}

/// <summary>Copies <see cref="ImmutableList{T}"/>: shared when its elements are.</summary>
internal sealed class ImmutableListCopier<T, TMode> : Copier<ImmutableList<T>>
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override ImmutableList<T> Copy(ImmutableList<T> value, CopyContext context) => IsShallow || value is null ? value! : [.. value.Select(item => CopierOf<T, TMode>.Copy(item, context))];
}

/// <summary>Copies <see cref="ImmutableHashSet{T}"/>: shared when its elements are.</summary>
internal sealed class ImmutableHashSetCopier<T, TMode> : Copier<ImmutableHashSet<T>>
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override ImmutableHashSet<T> Copy(ImmutableHashSet<T> value, CopyContext context) => IsShallow || value is null ? value! : ImmutableHashSet.CreateRange(value.KeyComparer, value.Select(item => CopierOf<T, TMode>.Copy(item, context)));
}

/// <summary>Copies <see cref="ImmutableSortedSet{T}"/>: shared when its elements are.</summary>
internal sealed class ImmutableSortedSetCopier<T, TMode> : Copier<ImmutableSortedSet<T>>
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override ImmutableSortedSet<T> Copy(ImmutableSortedSet<T> value, CopyContext context) => IsShallow || value is null ? value! : ImmutableSortedSet.CreateRange(value.KeyComparer, value.Select(item => CopierOf<T, TMode>.Copy(item, context)));
}

/// <summary>Copies <see cref="ImmutableQueue{T}"/>: shared when its elements are.</summary>
internal sealed class ImmutableQueueCopier<T, TMode> : Copier<ImmutableQueue<T>>
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override ImmutableQueue<T> Copy(ImmutableQueue<T> value, CopyContext context) => IsShallow || value is null ? value! : ImmutableQueue.CreateRange(value.Select(item => CopierOf<T, TMode>.Copy(item, context)));
}

/// <summary>Copies <see cref="ImmutableStack{T}"/>: shared when its elements are.</summary>
internal sealed class ImmutableStackCopier<T, TMode> : Copier<ImmutableStack<T>>
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override ImmutableStack<T> Copy(ImmutableStack<T> value, CopyContext context) => IsShallow || value is null ? value! : ImmutableStack.CreateRange(value.Select(item => CopierOf<T, TMode>.Copy(item, context)).Reverse());
}

/// <summary>Copies <see cref="ImmutableDictionary{TKey, TValue}"/>: shared when its keys and values are.</summary>
internal sealed class ImmutableDictionaryCopier<TKey, TValue, TMode> : Copier<ImmutableDictionary<TKey, TValue>>
    where TKey : notnull
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(TKey)) & CopierFactory<TMode>.RequireShallow(typeof(TValue));

    public override ImmutableDictionary<TKey, TValue> Copy(ImmutableDictionary<TKey, TValue> value, CopyContext context) => IsShallow || value is null ? value! : ImmutableDictionary.CreateRange(value.KeyComparer, value.ValueComparer, value.Select(item => CopierOf<KeyValuePair<TKey, TValue>, TMode>.Copy(item, context)));
}

/// <summary>Copies <see cref="ImmutableSortedDictionary{TKey, TValue}"/>: shared when its keys and values are.</summary>
internal sealed class ImmutableSortedDictionaryCopier<TKey, TValue, TMode> : Copier<ImmutableSortedDictionary<TKey, TValue>>
    where TKey : notnull
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(TKey)) & CopierFactory<TMode>.RequireShallow(typeof(TValue));

    public override ImmutableSortedDictionary<TKey, TValue> Copy(ImmutableSortedDictionary<TKey, TValue> value, CopyContext context) => IsShallow || value is null ? value! : ImmutableSortedDictionary.CreateRange(value.KeyComparer, value.ValueComparer, value.Select(item => CopierOf<KeyValuePair<TKey, TValue>, TMode>.Copy(item, context)));
}

/// <summary>Copies frozen dictionaries: shared when their keys and values are.</summary>
internal sealed class FrozenDictionaryCopier<TDictionary, TKey, TValue, TMode> : Copier<TDictionary>
    where TDictionary : FrozenDictionary<TKey, TValue>
    where TKey : notnull
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(TKey)) & CopierFactory<TMode>.RequireShallow(typeof(TValue));

    public override TDictionary Copy(TDictionary value, CopyContext context) => IsShallow || value is null
        ? value!
        : (TDictionary)(object)value.Select(item => CopierOf<KeyValuePair<TKey, TValue>, TMode>.Copy(item, context)).ToFrozenDictionary(value.Comparer);
}

/// <summary>Copies frozen sets: shared when their elements are.</summary>
internal sealed class FrozenSetCopier<TSet, T, TMode> : Copier<TSet>
    where TSet : FrozenSet<T>
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override TSet Copy(TSet value, CopyContext context) => IsShallow || value is null
        ? value!
        : (TSet)(object)value.Select(item => CopierOf<T, TMode>.Copy(item, context)).ToFrozenSet(value.Comparer);
}
