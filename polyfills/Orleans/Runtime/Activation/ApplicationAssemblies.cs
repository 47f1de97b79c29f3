using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Orleans.Runtime;

/// <summary>
/// The assemblies that grains, messages and converters may be in: every one beside the program that refers to this
/// assembly, loaded or not. The real packages learn them from generated attributes.
/// </summary>
internal static class ApplicationAssemblies
{
    private static readonly Lazy<Type[]> s_types = new(Find);

    public static Type[] Types => s_types.Value;

    private static Type[] Find()
    {
        var own = typeof(ApplicationAssemblies).Assembly;
        var name = own.GetName().Name!;
        var assemblies = new HashSet<Assembly> { own };
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
        {
            if (RefersTo(file, name) && TryLoad(file) is { } assembly)
            {
                assemblies.Add(assembly);
            }
        }

        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (!assembly.IsDynamic && assembly.GetReferencedAssemblies().Any(r => r.Name == name))
            {
                assemblies.Add(assembly);
            }
        }

        return [.. assemblies.SelectMany(TypesOf)];
    }

    private static bool RefersTo(string file, string name)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using var image = new PEReader(stream);
            if (!image.HasMetadata)
            {
                return false;
            }

            var metadata = image.GetMetadataReader();
            return metadata.AssemblyReferences.Any(h => metadata.StringComparer.Equals(metadata.GetAssemblyReference(h).Name, name));
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException)
        {
            return false;
        }
    }

    private static Assembly? TryLoad(string file)
    {
        try
        {
            return Assembly.Load(AssemblyName.GetAssemblyName(file));
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException)
        {
            return null;
        }
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }
}
