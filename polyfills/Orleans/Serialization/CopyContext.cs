using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>One deep copy: remembers what it has copied, so that shared references stay shared and cycles end.</summary>
internal sealed class CopyContext : IDisposable
{
    private const int LinearLimit = 8;

    [ThreadStatic]
    private static CopyContext? t_free;

    private readonly (object Original, object Copy)[] _few = new (object, object)[LinearLimit];
    private int _count;
    private Dictionary<object, object>? _many;

    private CopyContext()
    {
    }

    /// <summary>Whose references the copy's grain references become; null to keep them.</summary>
    public CallRuntime? Destination { get; private set; }

    public static CopyContext Rent(CallRuntime? destination = null)
    {
        var context = t_free ?? new CopyContext();
        t_free = null;
        context.Destination = destination;
        return context;
    }

    public bool TryGetCopy(object original, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out object? copy)
    {
        if (_many is not null)
        {
            return _many.TryGetValue(original, out copy);
        }

        for (var i = 0; i < _count; i++)
        {
            if (ReferenceEquals(_few[i].Original, original))
            {
                copy = _few[i].Copy;
                return true;
            }
        }

        copy = null;
        return false;
    }

    public void Record(object original, object copy)
    {
        if (_many is null && _count < LinearLimit)
        {
            _few[_count++] = (original, copy);
            return;
        }

        if (_many is null)
        {
            _many = new Dictionary<object, object>(ReferenceComparer.Instance);
            foreach (var (o, c) in _few)
            {
                _many[o] = c;
            }
        }

        _many[original] = copy;
    }

    public void Dispose()
    {
        Array.Clear(_few, 0, _count);
        _count = 0;
        _many = null;
        Destination = null;
        t_free = this;
    }

    private sealed class ReferenceComparer : IEqualityComparer<object>
    {
        public static readonly ReferenceComparer Instance = new();

        public new bool Equals(object? x, object? y) => ReferenceEquals(x, y);

        public int GetHashCode(object obj) => RuntimeHelpers.GetHashCode(obj);
    }
}
