using System.Reflection;

namespace Personalization.Host.Tests;

/// <summary>Where the build put things.</summary>
internal static class BuildFacts
{
    public static string RepositoryRoot { get; } = Read("RepositoryRoot");

    public static string HostAssembly { get; } = Read("HostAssembly");

    public static string DemoAssembly { get; } = Read("DemoAssembly");

    public static string PackageMode { get; } = Read("PackageMode");

    private static string Read(string key) => typeof(BuildFacts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == key).Value!;
}
