using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Personalization.Benchmarks.Engine;

/// <summary>Counts what hangs on an object: every object that can be reached from it, and what each takes on the heap.</summary>
internal static class ObjectGraph
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_fields = new();
    private static readonly Dictionary<(Type, int), long> s_sizes = [];

    /// <summary>What hangs on each of some objects and on no other of them: what several share is nobody's own.</summary>
    /// <returns>Objects and bytes per type, of all roots together.</returns>
    public static Dictionary<Type, (long Objects, long Bytes)> OwnOf(IReadOnlyList<object> roots)
    {
        var reached = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        foreach (var root in roots)
        {
            foreach (var found in ReachedFrom(root))
            {
                reached[found] = reached.GetValueOrDefault(found) + 1;
            }
        }

        var own = new Dictionary<Type, (long Objects, long Bytes)>();
        foreach (var (found, times) in reached)
        {
            if (times == 1)
            {
                var (objects, bytes) = own.GetValueOrDefault(found.GetType());
                own[found.GetType()] = (objects + 1, bytes + SizeOf(found));
            }
        }

        return own;
    }

    private static HashSet<object> ReachedFrom(object root)
    {
        var reached = new HashSet<object>(ReferenceEqualityComparer.Instance) { root };
        var left = new Stack<object>([root]);
        while (left.TryPop(out var next))
        {
            Follow(next, found =>
            {
                // What describes types belongs to the runtime.
                if (found is not (MemberInfo or Assembly or Module) && reached.Add(found))
                {
                    left.Push(found);
                }
            });
        }

        return reached;
    }

    private static void Follow(object value, Action<object> found)
    {
        if (value is string)
        {
            return;
        }

        if (value is Array array)
        {
            var element = array.GetType().GetElementType()!;
            for (var i = 0; !IsFlat(element) && i < array.Length; i++)
            {
                Hand(array.GetValue(i), element, found);
            }

            return;
        }

        foreach (var field in FieldsOf(value.GetType()))
        {
            Hand(field.GetValue(value), field.FieldType, found);
        }
    }

    private static void Hand(object? value, Type declared, Action<object> found)
    {
        if (value is null)
        {
            return;
        }

        if (!declared.IsValueType)
        {
            found(value);
        }
        else if (declared.GetCustomAttribute<InlineArrayAttribute>() is { } inline)
        {
            // Reflection sees the first element alone: the others are reached through the element's own way of growing.
            HandInline(value, declared, inline.Length, found);
        }
        else
        {
            Follow(value, found);
        }
    }

    private static void HandInline(object boxed, Type type, int length, Action<object> found)
    {
        var element = type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)[0].FieldType;
        if (IsFlat(element))
        {
            return;
        }

        typeof(ObjectGraph).GetMethod(nameof(HandElements), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type, element).Invoke(null, [boxed, length, found]);
    }

    private static void HandElements<TArray, TElement>(object boxed, int length, Action<object> found)
        where TArray : struct
    {
        ref var first = ref Unsafe.As<TArray, TElement>(ref Unsafe.Unbox<TArray>(boxed));
        for (var i = 0; i < length; i++)
        {
            Hand(Unsafe.Add(ref first, i), typeof(TElement), found);
        }
    }

    /// <summary>The fields that lead somewhere.</summary>
    private static FieldInfo[] FieldsOf(Type type) => s_fields.GetOrAdd(type, static type =>
    {
        var fields = new List<FieldInfo>();
        for (var t = type; t is not null; t = t.BaseType)
        {
            fields.AddRange(t.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Where(field => !IsFlat(field.FieldType)));
        }

        return [.. fields];
    });

    private static bool IsFlat(Type type) => type.IsPrimitive || type.IsEnum || type.IsPointer || type == typeof(decimal);

    /// <summary>What an object takes: what another of its kind takes when it is made.</summary>
    private static long SizeOf(object value)
    {
        var length = value is string text ? text.Length : value is Array array ? array.Length : 0;
        var key = (value.GetType(), length);
        if (!s_sizes.TryGetValue(key, out var size))
        {
            Make(value, length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            GC.KeepAlive(Make(value, length));
            s_sizes[key] = size = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return size;
    }

    private static object Make(object value, int length) => value switch
    {
        string => new string('x', length),
        Array => Array.CreateInstance(value.GetType().GetElementType()!, length),
        _ => RuntimeHelpers.GetUninitializedObject(value.GetType()),
    };
}
