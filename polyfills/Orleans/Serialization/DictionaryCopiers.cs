using System.Collections.Concurrent;
using System.Collections.ObjectModel;

namespace Orleans.Serialization;

/// <summary>Copies <see cref="Dictionary{TKey, TValue}"/>.</summary>
internal sealed class DictionaryCopier<TKey, TValue, TMode> : ReferenceCopier<Dictionary<TKey, TValue>, TMode>
    where TKey : notnull
    where TMode : ICopyMode
{
    private readonly bool _shallowKey = CopierFactory<TMode>.RequireShallow(typeof(TKey));
    private readonly bool _shallowValue = CopierFactory<TMode>.RequireShallow(typeof(TValue));

    protected override Dictionary<TKey, TValue> CopyInstance(Dictionary<TKey, TValue> value, CopyContext context)
    {
        var copy = new Dictionary<TKey, TValue>(value.Count, value.Comparer);
        context.Record(value, copy);
        foreach (var (key, item) in value)
        {
            copy[_shallowKey ? key : CopierOf<TKey, TMode>.Copy(key, context)] = _shallowValue ? item : CopierOf<TValue, TMode>.Copy(item, context);
        }

        return copy;
    }
}

/// <summary>Copies <see cref="SortedDictionary{TKey, TValue}"/>.</summary>
internal sealed class SortedDictionaryCopier<TKey, TValue, TMode> : ReferenceCopier<SortedDictionary<TKey, TValue>, TMode>
    where TKey : notnull
    where TMode : ICopyMode
{
    private readonly bool _shallowKey = CopierFactory<TMode>.RequireShallow(typeof(TKey));
    private readonly bool _shallowValue = CopierFactory<TMode>.RequireShallow(typeof(TValue));

    protected override SortedDictionary<TKey, TValue> CopyInstance(SortedDictionary<TKey, TValue> value, CopyContext context)
    {
        var copy = new SortedDictionary<TKey, TValue>(value.Comparer);
        context.Record(value, copy);
        foreach (var (key, item) in value)
        {
            copy[_shallowKey ? key : CopierOf<TKey, TMode>.Copy(key, context)] = _shallowValue ? item : CopierOf<TValue, TMode>.Copy(item, context);
        }

        return copy;
    }
}

/// <summary>Copies <see cref="SortedList{TKey, TValue}"/>.</summary>
internal sealed class SortedListCopier<TKey, TValue, TMode> : ReferenceCopier<SortedList<TKey, TValue>, TMode>
    where TKey : notnull
    where TMode : ICopyMode
{
    private readonly bool _shallowKey = CopierFactory<TMode>.RequireShallow(typeof(TKey));
    private readonly bool _shallowValue = CopierFactory<TMode>.RequireShallow(typeof(TValue));

    protected override SortedList<TKey, TValue> CopyInstance(SortedList<TKey, TValue> value, CopyContext context)
    {
        var copy = new SortedList<TKey, TValue>(value.Comparer);
        context.Record(value, copy);
        foreach (var (key, item) in value)
        {
            copy[_shallowKey ? key : CopierOf<TKey, TMode>.Copy(key, context)] = _shallowValue ? item : CopierOf<TValue, TMode>.Copy(item, context);
        }

        return copy;
    }
}

/// <summary>Copies <see cref="ConcurrentDictionary{TKey, TValue}"/>.</summary>
internal sealed class ConcurrentDictionaryCopier<TKey, TValue, TMode> : ReferenceCopier<ConcurrentDictionary<TKey, TValue>, TMode>
    where TKey : notnull
    where TMode : ICopyMode
{
    private readonly bool _shallowKey = CopierFactory<TMode>.RequireShallow(typeof(TKey));
    private readonly bool _shallowValue = CopierFactory<TMode>.RequireShallow(typeof(TValue));

    protected override ConcurrentDictionary<TKey, TValue> CopyInstance(ConcurrentDictionary<TKey, TValue> value, CopyContext context)
    {
        var copy = new ConcurrentDictionary<TKey, TValue>(value.Comparer);
        context.Record(value, copy);
        foreach (var (key, item) in value)
        {
            copy[_shallowKey ? key : CopierOf<TKey, TMode>.Copy(key, context)] = _shallowValue ? item : CopierOf<TValue, TMode>.Copy(item, context);
        }

        return copy;
    }
}

/// <summary>Copies <see cref="ReadOnlyDictionary{TKey, TValue}"/>.</summary>
internal sealed class ReadOnlyDictionaryCopier<TKey, TValue, TMode> : ReferenceCopier<ReadOnlyDictionary<TKey, TValue>, TMode>
    where TKey : notnull
    where TMode : ICopyMode
{
    protected override ReadOnlyDictionary<TKey, TValue> CopyInstance(ReadOnlyDictionary<TKey, TValue> value, CopyContext context)
    {
        var copy = new ReadOnlyDictionary<TKey, TValue>(CopierOf<Dictionary<TKey, TValue>, TMode>.Copy(new Dictionary<TKey, TValue>(value), context));
        context.Record(value, copy);
        return copy;
    }
}

/// <summary>Copies <see cref="KeyValuePair{TKey, TValue}"/>.</summary>
internal sealed class KeyValuePairCopier<TKey, TValue, TMode> : Copier<KeyValuePair<TKey, TValue>>
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(TKey)) & CopierFactory<TMode>.RequireShallow(typeof(TValue));

    public override KeyValuePair<TKey, TValue> Copy(KeyValuePair<TKey, TValue> value, CopyContext context) =>
        new(CopierOf<TKey, TMode>.Copy(value.Key, context), CopierOf<TValue, TMode>.Copy(value.Value, context));
}

/// <summary>Copies <see cref="Nullable{T}"/>.</summary>
internal sealed class NullableCopier<T, TMode> : Copier<T?>
    where T : struct
    where TMode : ICopyMode
{
    public override bool IsShallow { get; } = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override T? Copy(T? value, CopyContext context) => value is { } v ? CopierOf<T, TMode>.Copy(v, context) : null;
}
