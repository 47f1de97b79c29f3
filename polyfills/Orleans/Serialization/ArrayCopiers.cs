using System.Collections;
using System.Collections.Specialized;

namespace Orleans.Serialization;

/// <summary>Copies one-dimensional arrays.</summary>
internal sealed class ArrayCopier<T, TMode> : ReferenceCopier<T[], TMode>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override T[] CopyInstance(T[] value, CopyContext context)
    {
        if (_shallow)
        {
            var same = value.AsSpan().ToArray();
            context.Record(value, same);
            return same;
        }

        var copy = new T[value.Length];
        context.Record(value, copy);
        var copier = CopierOf<T, TMode>.Instance;
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = copier.Copy(value[i], context);
        }

        return copy;
    }
}

/// <summary>Copies arrays of more than one dimension.</summary>
internal sealed class MultiDimensionalArrayCopier<TArray, T, TMode> : ReferenceCopier<TArray, TMode>
    where TArray : class
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override TArray CopyInstance(TArray value, CopyContext context)
    {
        var source = (Array)(object)value;
        var copy = (Array)source.Clone();
        context.Record(value, copy);
        if (!_shallow)
        {
            var indices = new int[source.Rank];
            for (var flat = 0; flat < source.Length; flat++)
            {
                var rest = flat;
                for (var d = source.Rank - 1; d >= 0; d--)
                {
                    var length = source.GetLength(d);
                    indices[d] = (rest % length) + source.GetLowerBound(d);
                    rest /= length;
                }

                copy.SetValue(CopierOf<T, TMode>.Copy((T)source.GetValue(indices)!, context), indices);
            }
        }

        return (TArray)(object)copy;
    }
}

/// <summary>Copies <see cref="Memory{T}"/>.</summary>
internal sealed class MemoryCopier<T, TMode> : Copier<Memory<T>>
    where TMode : ICopyMode
{
    public override Memory<T> Copy(Memory<T> value, CopyContext context) => value.IsEmpty ? default : CopierOf<T[], TMode>.Copy(value.ToArray(), context);
}

/// <summary>Copies <see cref="ReadOnlyMemory{T}"/>.</summary>
internal sealed class ReadOnlyMemoryCopier<T, TMode> : Copier<ReadOnlyMemory<T>>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    public override ReadOnlyMemory<T> Copy(ReadOnlyMemory<T> value, CopyContext context) =>
        value.IsEmpty ? default : _shallow ? value.ToArray() : CopierOf<T[], TMode>.Copy(value.ToArray(), context);
}

/// <summary>Copies <see cref="ArraySegment{T}"/>.</summary>
internal sealed class ArraySegmentCopier<T, TMode> : Copier<ArraySegment<T>>
    where TMode : ICopyMode
{
    public override ArraySegment<T> Copy(ArraySegment<T> value, CopyContext context) =>
        value.Array is null ? default : new(CopierOf<T[], TMode>.Copy(value.AsSpan().ToArray(), context));
}

/// <summary>Copies <see cref="BitArray"/>.</summary>
internal sealed class BitArrayCopier<TMode> : ReferenceCopier<BitArray, TMode>
    where TMode : ICopyMode
{
    protected override BitArray CopyInstance(BitArray value, CopyContext context)
    {
        var copy = new BitArray(value);
        context.Record(value, copy);
        return copy;
    }
}

/// <summary>Copies <see cref="NameValueCollection"/>.</summary>
internal sealed class NameValueCollectionCopier<TMode> : ReferenceCopier<NameValueCollection, TMode>
    where TMode : ICopyMode
{
    protected override NameValueCollection CopyInstance(NameValueCollection value, CopyContext context)
    {
        var copy = new NameValueCollection(value);
        context.Record(value, copy);
        return copy;
    }
}
