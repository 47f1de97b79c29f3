using System.Reflection;
using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Benches;

/// <summary>Measures one thing and hands over its figures.</summary>
internal interface IBenchmark
{
    /// <summary>What it measures, in a line.</summary>
    string About { get; }

    /// <summary>Measures it.</summary>
    Task RunAsync(BenchOptions options, Action<Figure> report);
}

/// <summary>What figures say of the program that took them.</summary>
internal static class Build
{
    /// <summary>Real or Polyfill.</summary>
    public static string PackageMode { get; } =
        typeof(Build).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "PackageMode").Value!;
}
