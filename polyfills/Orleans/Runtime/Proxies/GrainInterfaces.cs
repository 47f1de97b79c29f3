using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>What grain interfaces are made of.</summary>
internal static class GrainInterfaces
{
    private static readonly ConcurrentDictionary<Type, GrainInterfaceType> s_types = new();
    private static readonly ConcurrentDictionary<GrainInterfaceType, Type> s_byType = new();

    public static GrainInterfaceType TypeOf(Type grainInterface) => s_types.GetOrAdd(grainInterface, static type =>
    {
        var name = type.GetCustomAttribute<AliasAttribute>() is { } alias ? alias.Alias : type.FullName ?? type.Name;
        var id = GrainInterfaceType.Create(name);
        s_byType[id] = type;
        return id;
    });

    /// <summary>The interface of a type that was asked for before.</summary>
    public static Type Of(GrainInterfaceType type) =>
        s_byType.TryGetValue(type, out var known) ? known : throw new InvalidOperationException($"No grain interface of type {type} is known.");

    public static IEnumerable<MethodInfo> MethodsOf(Type grainInterface) =>
        new[] { grainInterface }.Concat(grainInterface.GetInterfaces()).SelectMany(i => i.GetMethods()).Where(m => !m.IsStatic && m.IsAbstract);

    /// <summary>The compiler refuses with the real packages what is refused here.</summary>
    public static void Validate(Type grainInterface)
    {
        if (!grainInterface.IsInterface || !typeof(IAddressable).IsAssignableFrom(grainInterface))
        {
            throw new ArgumentException($"{grainInterface} is not a grain interface.");
        }

        foreach (var method in MethodsOf(grainInterface))
        {
            var where = $"{method.DeclaringType}.{method.Name}";
            if (method.IsSpecialName)
            {
                throw new NotSupportedException($"{where}: grain interfaces have no properties or events.");
            }

            if (method.IsGenericMethod)
            {
                throw new NotSupportedException($"{where}: generic methods of grain interfaces are not covered by the polyfill.");
            }

            if (!IsSupportedReturn(method.ReturnType))
            {
                throw new NotSupportedException($"{where} must return Task, Task<T>, ValueTask, ValueTask<T>, IAsyncEnumerable<T> or void.");
            }

            if (method.GetParameters().Any(p => p.ParameterType.IsByRef))
            {
                throw new NotSupportedException($"{where} must not have ref, in or out parameters.");
            }

            if (method.GetParameters().Count(p => p.ParameterType == typeof(CancellationToken)) > 1)
            {
                throw new NotSupportedException($"{where} must not have more than one CancellationToken parameter.");
            }
        }
    }

    private static bool IsSupportedReturn(Type type) =>
        type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsConstructedGenericType && type.GetGenericTypeDefinition() is var d && (d == typeof(Task<>) || d == typeof(ValueTask<>) || d == typeof(IAsyncEnumerable<>)));
}
