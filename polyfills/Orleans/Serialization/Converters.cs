using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Orleans.Serialization;

/// <summary>The converters that assemblies register for types that are not their own.</summary>
internal static class Converters
{
    private static readonly Lazy<ConcurrentDictionary<Type, (object Converter, Type Surrogate)>> s_all = new(Find);

    public static bool TryGet(Type type, [NotNullWhen(true)] out object? converter, [NotNullWhen(true)] out Type? surrogate)
    {
        (converter, surrogate) = s_all.Value.TryGetValue(type, out var found) ? found : (null, null!);
        return converter is not null;
    }

    private static ConcurrentDictionary<Type, (object, Type)> Find()
    {
        var all = new ConcurrentDictionary<Type, (object, Type)>();
        foreach (var type in Runtime.ApplicationAssemblies.Types.Where(t => t.IsDefined(typeof(RegisterConverterAttribute), false) && !t.ContainsGenericParameters))
        {
            foreach (var contract in type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>)))
            {
                var arguments = contract.GetGenericArguments();
                all[arguments[0]] = (Activator.CreateInstance(type)!, arguments[1]);
            }
        }

        return all;
    }
}

/// <summary>Copies by way of a surrogate.</summary>
internal sealed class ConvertingCopier<T, TSurrogate, TMode>(IConverter<T, TSurrogate> converter) : Copier<T>
    where TSurrogate : struct
    where TMode : ICopyMode
{
    public override T Copy(T value, CopyContext context)
    {
        if (value is null)
        {
            return value;
        }

        if (!typeof(T).IsValueType && context.TryGetCopy(value, out var known))
        {
            return (T)known;
        }

        var copy = converter.ConvertFromSurrogate(CopierOf<TSurrogate, TMode>.Copy(converter.ConvertToSurrogate(value), context));
        if (!typeof(T).IsValueType)
        {
            context.Record(value, copy!);
        }

        return copy;
    }
}
