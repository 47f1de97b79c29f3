using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A grain class: what all of its activations share.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _factory;
    private readonly (ParameterInfo Parameter, PersistentStateAttribute Attribute)[] _facets;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.GrainTypeName ?? ByConvention(type));
        Interfaces = [.. type.GetInterfaces().Where(i => typeof(IAddressable).IsAssignableFrom(i) && !IsMarker(i))];
        Placement = type.GetCustomAttribute<PlacementAttribute>()?.PlacementStrategy;
        MaxLocalWorkers = (Placement as StatelessWorkerPlacement)?.MaxLocal ?? 0;
        MayInterleave = Interleaving(type);
        KeepAlive = type.IsDefined(typeof(KeepAliveAttribute), true);
        CollectionAge = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit;
        FiltersItself = typeof(IIncomingGrainCallFilter).IsAssignableFrom(type);
        Properties = PropertiesOf(type);
        var constructor = type.GetConstructors().FirstOrDefault();
        _facets = [.. (constructor?.GetParameters() ?? []).Select(p => (p, p.GetCustomAttribute<PersistentStateAttribute>()!)).Where(f => f.Item2 is not null)];
        _factory = ActivatorUtilities.CreateFactory(type, [.. _facets.Select(f => f.Parameter.ParameterType)]);
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public Type[] Interfaces { get; }

    /// <summary>Null for the silo's default.</summary>
    public PlacementStrategy? Placement { get; }

    /// <summary>Above zero for stateless workers.</summary>
    public int MaxLocalWorkers { get; }

    /// <summary>Whether a request may run in between turns of others; null when none may but for its own marks.</summary>
    public Func<object, IInvokable, bool>? MayInterleave { get; }

    public bool KeepAlive { get; }

    public TimeSpan? CollectionAge { get; }

    public bool FiltersItself { get; }

    public GrainProperties Properties { get; }

    /// <summary>Makes an instance, its persistent states filled in.</summary>
    public object Create(Activation activation)
    {
        var facets = new object[_facets.Length];
        for (var i = 0; i < facets.Length; i++)
        {
            facets[i] = Storage.PersistentStates.Create(activation, _facets[i].Parameter, _facets[i].Attribute);
        }

        return _factory(activation.ActivationServices, facets);
    }

    private static bool IsMarker(Type type) =>
        type == typeof(IAddressable) || type == typeof(IGrain) || type == typeof(IGrainExtension) || type == typeof(IGrainObserver)
        || (type.Namespace == "Orleans" && type.Name.StartsWith("IGrainWith", StringComparison.Ordinal));

    private static string ByConvention(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.Length > 5 && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name;
    }

    private static Func<object, IInvokable, bool>? Interleaving(Type type)
    {
        if (type.IsDefined(typeof(ReentrantAttribute), true))
        {
            return static (_, _) => true;
        }

        if (type.GetCustomAttribute<MayInterleaveAttribute>() is not { CallbackMethodName: var name })
        {
            return null;
        }

        var method = type.GetMethod(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy, [typeof(IInvokable)]);
        if (method is null || method.ReturnType != typeof(bool))
        {
            throw new InvalidOperationException($"Class {type} doesn't declare a method with name {name} and signature bool (IInvokable), which [MayInterleave] names.");
        }

        if (method.IsStatic)
        {
            var predicate = method.CreateDelegate<Func<IInvokable, bool>>();
            return (_, call) => predicate(call);
        }

        return (Func<object, IInvokable, bool>)typeof(GrainClass).GetMethod(nameof(InstancePredicate), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, [method])!;
    }

    private static Func<object, IInvokable, bool> InstancePredicate<T>(MethodInfo method)
    {
        var predicate = method.CreateDelegate<Func<T, IInvokable, bool>>();
        return (instance, call) => predicate((T)instance, call);
    }

    private static GrainProperties PropertiesOf(Type type)
    {
        var properties = new Dictionary<string, string>();
        foreach (var filter in type.GetCustomAttributes<PlacementFilterAttribute>(true))
        {
            filter.Populate(EmptyServices.Instance, type, default, properties);
        }

        return new GrainProperties(System.Collections.Immutable.ImmutableDictionary.CreateRange(properties));
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public static readonly EmptyServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
