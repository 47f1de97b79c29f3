using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>Decides how a type is copied, as the real serializer does, and makes its copier once.</summary>
internal static class CopierFactory<TMode>
    where TMode : ICopyMode
{
    private static readonly HashSet<Type> s_values =
    [
        typeof(decimal), typeof(DateTime), typeof(DateOnly), typeof(TimeOnly), typeof(DateTimeOffset), typeof(TimeSpan), typeof(Guid),
        typeof(string), typeof(Version), typeof(Uri), typeof(IPAddress), typeof(IPEndPoint), typeof(CultureInfo), typeof(CompareInfo),
        typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(Half), typeof(BitVector32), typeof(CancellationToken),
        typeof(Type), typeof(Unit), typeof(ValueTuple), typeof(void), typeof(DBNull),
        typeof(IdSpan), typeof(GrainType), typeof(GrainInterfaceType), typeof(GrainId), typeof(ActivationId), typeof(SiloAddress),
        typeof(GrainAddress), typeof(StreamId), typeof(StringComparer),
    ];

    private static readonly Dictionary<Type, Type> s_generic = new()
    {
        [typeof(Nullable<>)] = typeof(NullableCopier<,>),
        [typeof(List<>)] = typeof(ListCopier<,>),
        [typeof(HashSet<>)] = typeof(HashSetCopier<,>),
        [typeof(SortedSet<>)] = typeof(SortedSetCopier<,>),
        [typeof(Queue<>)] = typeof(QueueCopier<,>),
        [typeof(Stack<>)] = typeof(StackCopier<,>),
        [typeof(Collection<>)] = typeof(CollectionCopier<,>),
        [typeof(ReadOnlyCollection<>)] = typeof(ReadOnlyCollectionCopier<,>),
        [typeof(ConcurrentQueue<>)] = typeof(ConcurrentQueueCopier<,>),
        [typeof(Dictionary<,>)] = typeof(DictionaryCopier<,,>),
        [typeof(SortedDictionary<,>)] = typeof(SortedDictionaryCopier<,,>),
        [typeof(SortedList<,>)] = typeof(SortedListCopier<,,>),
        [typeof(ConcurrentDictionary<,>)] = typeof(ConcurrentDictionaryCopier<,,>),
        [typeof(ReadOnlyDictionary<,>)] = typeof(ReadOnlyDictionaryCopier<,,>),
        [typeof(KeyValuePair<,>)] = typeof(KeyValuePairCopier<,,>),
        [typeof(ImmutableArray<>)] = typeof(ImmutableArrayCopier<,>),
        [typeof(ImmutableList<>)] = typeof(ImmutableListCopier<,>),
        [typeof(ImmutableHashSet<>)] = typeof(ImmutableHashSetCopier<,>),
        [typeof(ImmutableSortedSet<>)] = typeof(ImmutableSortedSetCopier<,>),
        [typeof(ImmutableQueue<>)] = typeof(ImmutableQueueCopier<,>),
        [typeof(ImmutableStack<>)] = typeof(ImmutableStackCopier<,>),
        [typeof(ImmutableDictionary<,>)] = typeof(ImmutableDictionaryCopier<,,>),
        [typeof(ImmutableSortedDictionary<,>)] = typeof(ImmutableSortedDictionaryCopier<,,>),
        [typeof(Memory<>)] = typeof(MemoryCopier<,>),
        [typeof(ReadOnlyMemory<>)] = typeof(ReadOnlyMemoryCopier<,>),
        [typeof(ArraySegment<>)] = typeof(ArraySegmentCopier<,>),
    };

    // What this thread is in the middle of making: a type may refer back to itself.
    [ThreadStatic]
    private static HashSet<Type>? t_making;

    public static Copier Create(Type type)
    {
        var making = t_making ??= [];
        if (!making.Add(type))
        {
            return Make(typeof(DynamicCopier<,>), type, typeof(TMode));
        }

        try
        {
            return Known(type) ?? throw NotFound(type);
        }
        finally
        {
            making.Remove(type);
        }
    }

    /// <summary>Throws unless the type can be copied; a type that is being made counts as one that can.</summary>
    public static bool RequireShallow(Type type) => t_making?.Contains(type) != true && Copiers<TMode>.For(type).IsShallow;

    private static Copier? Known(Type type)
    {
        if (type.IsPointer || type.IsByRef || type.IsByRefLike || type.ContainsGenericParameters)
        {
            throw new NotSupportedException($"Type {type} cannot cross a grain boundary.");
        }

        if (type.IsPrimitive || type.IsEnum || s_values.Contains(type) || typeof(Type).IsAssignableFrom(type) || typeof(EndPoint).IsAssignableFrom(type))
        {
            return Make(typeof(ShallowCopier<>), type);
        }

        return Collection(type) ?? Attributed(type) ?? Special(type);
    }

    private static Copier? Collection(Type type)
    {
        if (type.IsSZArray)
        {
            return Make(typeof(ArrayCopier<,>), type.GetElementType()!, typeof(TMode));
        }

        if (type.IsArray)
        {
            return Make(typeof(MultiDimensionalArrayCopier<,,>), type, type.GetElementType()!, typeof(TMode));
        }

        if (type == typeof(BitArray))
        {
            return new BitArrayCopier<TMode>();
        }

        if (type == typeof(NameValueCollection))
        {
            return new NameValueCollectionCopier<TMode>();
        }

        if (!type.IsConstructedGenericType)
        {
            return null;
        }

        if (typeof(ITuple).IsAssignableFrom(type) && type.Namespace == "System")
        {
            return Tuple(type);
        }

        if (s_generic.TryGetValue(type.GetGenericTypeDefinition(), out var copier))
        {
            return Make(copier, [.. type.GetGenericArguments(), typeof(TMode)]);
        }

        return Frozen(type);
    }

    private static Copier Tuple(Type type)
    {
        var shallow = true;
        foreach (var argument in type.GetGenericArguments())
        {
            shallow &= RequireShallow(argument);
        }

        return shallow ? Make(typeof(ShallowCopier<>), type) : Make(type.IsValueType ? typeof(ValueMemberCopier<,>) : typeof(TupleCopier<,>), type, typeof(TMode));
    }

    private static Copier? Frozen(Type type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.IsConstructedGenericType && t.GetGenericTypeDefinition() == typeof(FrozenDictionary<,>))
            {
                return Make(typeof(FrozenDictionaryCopier<,,,>), [type, .. t.GetGenericArguments(), typeof(TMode)]);
            }

            if (t.IsConstructedGenericType && t.GetGenericTypeDefinition() == typeof(FrozenSet<>))
            {
                return Make(typeof(FrozenSetCopier<,,>), [type, .. t.GetGenericArguments(), typeof(TMode)]);
            }
        }

        return null;
    }

    private static Copier? Attributed(Type type)
    {
        if (Converters.TryGet(type, out var converter, out var surrogate))
        {
            return (Copier)Activator.CreateInstance(typeof(ConvertingCopier<,,>).MakeGenericType(type, surrogate, typeof(TMode)), converter)!;
        }

        var immutable = TMode.IsLocal && type.IsDefined(typeof(ImmutableAttribute), false);
        if (type.IsDefined(typeof(GenerateSerializerAttribute), false))
        {
            if (typeof(Exception).IsAssignableFrom(type))
            {
                return ForException(type);
            }

            return immutable
                ? Make(typeof(ShallowCopier<>), type)
                : Make(type.IsValueType ? typeof(ValueMemberCopier<,>) : typeof(ClassMemberCopier<,>), type, typeof(TMode));
        }

        // Within a silo, what cannot change in place needs no attribute to be handed over.
        return TMode.IsLocal && ((immutable && type.IsSealed) || IsPlainStruct(type)) ? Make(typeof(ShallowCopier<>), type) : null;
    }

    private static bool IsPlainStruct(Type type) =>
        type.IsValueType && Array.TrueForAll(
            type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            f => f.FieldType.IsPrimitive || f.FieldType.IsEnum || s_values.Contains(f.FieldType)
                || (f.FieldType.IsSealed && f.FieldType.IsDefined(typeof(ImmutableAttribute), false)) || IsPlainStruct(f.FieldType));

    private static Copier? Special(Type type)
    {
        if (typeof(GrainReference).IsAssignableFrom(type) || (type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)))
        {
            return Make(typeof(ReferenceToGrainCopier<,>), type, typeof(TMode));
        }

        if (typeof(Exception).IsAssignableFrom(type))
        {
            return TMode.IsLocal || IsKnownException(type) ? ForException(type) : null;
        }

        return type == typeof(object) || type.IsInterface || type.IsAbstract ? Make(typeof(DynamicCopier<,>), type, typeof(TMode)) : null;
    }

    /// <summary>Exceptions of these namespaces cross as they are; those of an application's own need the attribute.</summary>
    private static bool IsKnownException(Type type) =>
        type.Namespace is { } ns && (ns.StartsWith("System", StringComparison.Ordinal) || ns.StartsWith("Microsoft", StringComparison.Ordinal) || ns.StartsWith("Azure", StringComparison.Ordinal));

    private static Copier ForException(Type type) => Make(TMode.IsLocal ? typeof(ShallowCopier<>) : typeof(ExceptionCopier<>), type);

    private static CodecNotFoundException NotFound(Type type) => new(
        $"Could not find a {(TMode.IsLocal ? "copier" : "codec")} for type {type}. Mark it with [GenerateSerializer] and its members with [Id].");

    private static Copier Make(Type definition, params Type[] arguments)
    {
        try
        {
            return (Copier)Activator.CreateInstance(definition.MakeGenericType(arguments))!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}

/// <summary>The result of a call that has none.</summary>
internal readonly struct Unit;
