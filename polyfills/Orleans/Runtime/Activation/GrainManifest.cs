namespace Orleans.Runtime;

/// <summary>Which grain classes there are, and which of them implements an interface.</summary>
internal sealed class GrainManifest
{
    private static readonly Lazy<GrainManifest> s_instance = new(() => new GrainManifest(ApplicationAssemblies.Types));

    private readonly Dictionary<GrainType, GrainClass> _classes = [];
    private readonly Dictionary<Type, List<GrainClass>> _byInterface = [];

    private GrainManifest(Type[] types)
    {
        foreach (var type in types)
        {
            if (!type.IsClass || type.IsAbstract || type.IsGenericTypeDefinition || !typeof(IAddressable).IsAssignableFrom(type)
                || !(typeof(IGrainBase).IsAssignableFrom(type) || typeof(IGrain).IsAssignableFrom(type)) || typeof(GrainReference).IsAssignableFrom(type))
            {
                continue;
            }

            var grainClass = new GrainClass(type);
            if (!_classes.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new InvalidOperationException(
                    $"Grain classes {_classes[grainClass.GrainType].Type} and {type} have the same grain type {grainClass.GrainType}: give one a [GrainType].");
            }

            foreach (var grainInterface in grainClass.Interfaces)
            {
                (_byInterface.TryGetValue(grainInterface, out var list) ? list : _byInterface[grainInterface] = []).Add(grainClass);
            }
        }
    }

    public static GrainManifest Instance => s_instance.Value;

    public IEnumerable<GrainClass> Classes => _classes.Values;

    public GrainClass Get(GrainType type) => _classes.TryGetValue(type, out var grainClass)
        ? grainClass
        : throw new ArgumentException($"Could not find an implementation for grain type {type}.");

    public bool TryGet(GrainType type, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out GrainClass? grainClass) => _classes.TryGetValue(type, out grainClass);

    /// <summary>The class of an interface: its only one, the one with its name, or the one whose full name begins with a prefix.</summary>
    public GrainType TypeFor(Type grainInterface, string? prefix)
    {
        if (!_byInterface.TryGetValue(grainInterface, out var all))
        {
            throw new ArgumentException($"Could not find an implementation for interface {grainInterface.FullName}");
        }

        if (prefix is not null)
        {
            return (all.FirstOrDefault(c => c.Type.FullName!.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentException($"Could not find an implementation matching prefix \"{prefix}\" for interface {grainInterface.FullName}")).GrainType;
        }

        if (all.Count == 1)
        {
            return all[0].GrainType;
        }

        return (all.FirstOrDefault(c => "I" + c.Type.Name == grainInterface.Name && c.Type.Namespace == grainInterface.Namespace)
            ?? all.FirstOrDefault(c => "I" + c.Type.Name == grainInterface.Name)
            ?? throw new ArgumentException(
                $"Unable to identify a single appropriate grain type for interface {grainInterface.FullName}. Candidates: {string.Join(", ", all.Select(c => $"{c.GrainType} ({c.Type})"))}"))
            .GrainType;
    }
}
