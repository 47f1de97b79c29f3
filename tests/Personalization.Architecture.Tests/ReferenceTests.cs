namespace Personalization.Architecture.Tests;

/// <summary>References point one way; docs/decisions says why.</summary>
public sealed class ReferenceTests
{
    // What each project may know directly. A project that is missing here fails the test: whoever adds one decides.
    private static readonly Dictionary<string, string[]> s_allowed = new(StringComparer.Ordinal)
    {
        ["Personalization.Domain"] = [],
        ["Personalization.Grains.Abstractions"] = ["Personalization.Domain"],
        ["Personalization.Grains"] = ["Personalization.Grains.Abstractions", "Personalization.Domain"],
        ["Personalization.Scoring"] = ["Personalization.Domain", "OnnxRuntime"],
        ["Personalization.Storage"] = ["Personalization.Domain"],
        ["Personalization.Api"] = ["Personalization.Grains.Abstractions", "Personalization.Domain", "Personalization.Protos"],
        ["Personalization.Client"] = ["Personalization.Protos"],
        ["Personalization.Dashboard"] = ["Personalization.Grains.Abstractions"],
    };

    [Fact]
    public void SourceProjects_ReferToOthers_OnlyInTheDirectionAllowed()
    {
        var wrong =
            from project in Repository.Projects
            where Repository.Relative(project.File).StartsWith("src/", StringComparison.Ordinal) && project.Name != "Personalization.Host"
            let allowed = s_allowed.GetValueOrDefault(project.Name)
            from reference in allowed is null ? ["(not in the list of projects)"] : project.Projects.Except(allowed)
            select $"{project.Name} → {reference}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Domain_UsesTheBaseClassLibrary_Only()
    {
        var domain = Repository.ProjectNamed("Personalization.Domain");
        Assert.Empty(domain.Packages);
        Assert.Empty(domain.Frameworks);
    }

    [Fact]
    public void Source_KnowsNothing_OfPolyfills()
    {
        var knowing =
            from project in Repository.Projects
            where Repository.Relative(project.File).StartsWith("src/", StringComparison.Ordinal)
            from reference in project.Projects
            where reference.Contains("Polyfill", StringComparison.Ordinal)
            select $"{project.Name} → {reference}";
        Assert.Empty(knowing);
    }

    [Fact]
    public void Scoring_And_Storage_KnowNoGrpc()
    {
        foreach (var name in new[] { "Personalization.Scoring", "Personalization.Storage" })
        {
            Assert.DoesNotContain(Repository.ProjectNamed(name).Packages, static p => p.StartsWith("Grpc", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(
            Repository.ProjectNamed("Personalization.Scoring").Packages, static p => p.StartsWith("Microsoft.Orleans", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryProject_IsIn_TheSolution_ButNotThePolyfills()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Personalization.sln")).Replace('\\', '/');
        var missing = Repository.Projects.Select(static p => Repository.Relative(p.File))
            .Where(file => !file.StartsWith("eng/real-packages/", StringComparison.Ordinal)
                && !file.StartsWith("polyfills/", StringComparison.Ordinal) && !solution.Contains(file, StringComparison.Ordinal));
        Assert.Empty(missing);

        // They are built where they are referred to; the solution must build without that folder.
        Assert.DoesNotContain("polyfills/", solution, StringComparison.Ordinal);
    }
}
