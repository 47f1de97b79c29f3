using System.Reflection;
using System.Xml.Linq;

namespace Personalization.Architecture.Tests;

/// <summary>The repository as files.</summary>
internal static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static a => a.Key == "RepositoryRoot").Value!;

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(static f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !f.Contains($"{Path.DirectorySeparatorChar}node_modules{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    public static IReadOnlyList<Project> Projects { get; } =
        [.. new[] { "src", "protos", "tests", "polyfills", "eng" }
            .Where(static folder => Directory.Exists(Path.Combine(Root, folder)))
            .SelectMany(static folder => Files(folder, "*.csproj"))
            .Select(Project.Load)];

    public static Project ProjectNamed(string name) =>
        Projects.SingleOrDefault(p => p.Name == name) ?? throw new InvalidOperationException($"There is no project {name}.");
}

/// <summary>A project file.</summary>
internal sealed record Project(string Name, string File, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
{
    public static Project Load(string file)
    {
        var xml = XDocument.Load(file);
        return new Project(
            Path.GetFileNameWithoutExtension(file),
            file,
            [.. Includes(xml, "ProjectReference").Select(static p => Path.GetFileNameWithoutExtension(p.Replace('\\', '/')))],
            [.. Includes(xml, "PackageReference")],
            [.. Includes(xml, "FrameworkReference")]);
    }

    private static IEnumerable<string> Includes(XDocument xml, string item) =>
        xml.Descendants(item).Select(static e => e.Attribute("Include")?.Value).OfType<string>();
}
