using System.Collections.Concurrent;
using System.Collections.ObjectModel;

namespace Orleans.Serialization;

/// <summary>Copies <see cref="List{T}"/>.</summary>
internal sealed class ListCopier<T, TMode> : ReferenceCopier<List<T>, TMode>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override List<T> CopyInstance(List<T> value, CopyContext context)
    {
        if (_shallow)
        {
            var same = new List<T>(value);
            context.Record(value, same);
            return same;
        }

        var copy = new List<T>(value.Count);
        context.Record(value, copy);
        var copier = CopierOf<T, TMode>.Instance;
        foreach (var item in value)
        {
            copy.Add(copier.Copy(item, context));
        }

        return copy;
    }
}

/// <summary>Copies <see cref="HashSet{T}"/>.</summary>
internal sealed class HashSetCopier<T, TMode> : ReferenceCopier<HashSet<T>, TMode>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override HashSet<T> CopyInstance(HashSet<T> value, CopyContext context)
    {
        if (_shallow)
        {
            var same = new HashSet<T>(value, value.Comparer);
            context.Record(value, same);
            return same;
        }

        var copy = new HashSet<T>(value.Count, value.Comparer);
        context.Record(value, copy);
        var copier = CopierOf<T, TMode>.Instance;
        foreach (var item in value)
        {
            copy.Add(copier.Copy(item, context));
        }

        return copy;
    }
}

/// <summary>Copies <see cref="SortedSet{T}"/>.</summary>
internal sealed class SortedSetCopier<T, TMode> : ReferenceCopier<SortedSet<T>, TMode>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override SortedSet<T> CopyInstance(SortedSet<T> value, CopyContext context)
    {
        var copy = new SortedSet<T>(value.Comparer);
        context.Record(value, copy);
        var copier = _shallow ? null : CopierOf<T, TMode>.Instance;
        foreach (var item in value)
        {
            copy.Add(_shallow ? item : copier!.Copy(item, context));
        }

        return copy;
    }
}

/// <summary>Copies <see cref="Queue{T}"/>.</summary>
internal sealed class QueueCopier<T, TMode> : ReferenceCopier<Queue<T>, TMode>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override Queue<T> CopyInstance(Queue<T> value, CopyContext context)
    {
        if (_shallow)
        {
            var same = new Queue<T>(value);
            context.Record(value, same);
            return same;
        }

        var copy = new Queue<T>(value.Count);
        context.Record(value, copy);
        var copier = CopierOf<T, TMode>.Instance;
        foreach (var item in value)
        {
            copy.Enqueue(copier.Copy(item, context));
        }

        return copy;
    }
}

/// <summary>Copies <see cref="Stack{T}"/>.</summary>
internal sealed class StackCopier<T, TMode> : ReferenceCopier<Stack<T>, TMode>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override Stack<T> CopyInstance(Stack<T> value, CopyContext context)
    {
        var copy = new Stack<T>(value.Count);
        context.Record(value, copy);
        var copier = _shallow ? null : CopierOf<T, TMode>.Instance;
        foreach (var item in value.Reverse())
        {
            copy.Push(_shallow ? item : copier!.Copy(item, context));
        }

        return copy;
    }
}

/// <summary>Copies <see cref="Collection{T}"/>.</summary>
internal sealed class CollectionCopier<T, TMode> : ReferenceCopier<Collection<T>, TMode>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override Collection<T> CopyInstance(Collection<T> value, CopyContext context)
    {
        var copy = new Collection<T>();
        context.Record(value, copy);
        var copier = _shallow ? null : CopierOf<T, TMode>.Instance;
        foreach (var item in value)
        {
            copy.Add(_shallow ? item : copier!.Copy(item, context));
        }

        return copy;
    }
}

/// <summary>Copies <see cref="ConcurrentQueue{T}"/>.</summary>
internal sealed class ConcurrentQueueCopier<T, TMode> : ReferenceCopier<ConcurrentQueue<T>, TMode>
    where TMode : ICopyMode
{
    private readonly bool _shallow = CopierFactory<TMode>.RequireShallow(typeof(T));

    protected override ConcurrentQueue<T> CopyInstance(ConcurrentQueue<T> value, CopyContext context)
    {
        var copy = new ConcurrentQueue<T>();
        context.Record(value, copy);
        var copier = _shallow ? null : CopierOf<T, TMode>.Instance;
        foreach (var item in value)
        {
            copy.Enqueue(_shallow ? item : copier!.Copy(item, context));
        }

        return copy;
    }
}

/// <summary>Copies <see cref="ReadOnlyCollection{T}"/>.</summary>
internal sealed class ReadOnlyCollectionCopier<T, TMode> : ReferenceCopier<ReadOnlyCollection<T>, TMode>
    where TMode : ICopyMode
{
    protected override ReadOnlyCollection<T> CopyInstance(ReadOnlyCollection<T> value, CopyContext context)
    {
        var copy = new ReadOnlyCollection<T>(CopierOf<T[], TMode>.Copy([.. value], context));
        context.Record(value, copy);
        return copy;
    }
}
