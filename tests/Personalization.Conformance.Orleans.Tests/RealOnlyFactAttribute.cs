using System.Reflection;

namespace Personalization.Conformance.Orleans;

/// <summary>A test whose point only the real packages can show: skipped, with the reason, when built with the polyfill.</summary>
public sealed class RealOnlyFactAttribute : FactAttribute
{
    /// <summary>Skips with a reason unless the build is of the real packages.</summary>
    public RealOnlyFactAttribute(string reason)
    {
        if (PackageMode != "Real")
        {
            Skip = $"Only a real cluster shows it: {reason}";
        }
    }

    /// <summary>Which packages the tests were built with.</summary>
    public static string PackageMode { get; } = typeof(RealOnlyFactAttribute).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "PackageMode").Value!;
}
