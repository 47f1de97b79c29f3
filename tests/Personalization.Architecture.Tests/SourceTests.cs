using System.Text.RegularExpressions;

namespace Personalization.Architecture.Tests;

/// <summary>What the compiler does not hold.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] s_stages =
    [
        "Ingestion", "Scoring", "Profiles", "Products", "Recommendations", "Interventions", "Rewards", "Insights",
        "Consent", "Experiments", "Governance",
    ];

    // What belongs to no stage: each folder named here is shared by several.
    private static readonly string[] s_shared =
        ["Serialization", "Statistics", "Validation", "Errors", "Operations", "Hosting", "Snapshots", "Configuration", "Storage", "Internal"];

    [Theory]
    [InlineData("Personalization.Domain")]
    [InlineData("Personalization.Grains.Abstractions")]
    [InlineData("Personalization.Grains")]
    [InlineData("Personalization.Api")]
    public void Layers_HaveFolders_NamedAfterStages(string project)
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "src", project))
            .Select(Path.GetFileName)
            .Where(static name => name is not "obj" and not "bin");
        Assert.Empty(folders.Except(s_stages).Except(s_shared));
    }

    [Fact]
    public void Source_HasNo_ConditionalCompilation()
    {
        var conditional = Repository.Files("src", "*.cs")
            .Where(static file => !Repository.Relative(file).StartsWith("src/Personalization.Host/", StringComparison.Ordinal))
            .Where(static file => File.ReadLines(file).Any(static line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal)))
            .Select(Repository.Relative);
        Assert.Empty(conditional);
    }

    [Fact]
    public void Tests_Never_Sleep()
    {
        // The one that paces a benchmark's load waits for the clock: that is what it is for, and no test runs it.
        const string Pacer = "tests/Personalization.Benchmarks/Load/Loads.cs";
        var sleepy = Repository.Files("tests", "*.cs")
            .Where(static file => Path.GetFileName(file) != "SourceTests.cs" && Repository.Relative(file) != Pacer)
            .Where(static file => Sleep().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative);
        Assert.Empty(sleepy);
    }

    [Fact]
    public void DecisionsAndGrains_AskNobody_ForTimeOrChance()
    {
        // The analyzer does this; the test makes sure that nobody has switched the analyzer off.
        foreach (var name in new[] { "Personalization.Domain", "Personalization.Grains" })
        {
            Assert.Contains("<BanAmbientState>true</BanAmbientState>", File.ReadAllText(Repository.ProjectNamed(name).File), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Packages_AreVersioned_InOnePlace()
    {
        var versioned = Repository.Projects
            .Where(static p => Regex.IsMatch(File.ReadAllText(p.File), "<PackageReference[^>]*Version="))
            .Select(static p => p.Name);
        Assert.Empty(versioned);
    }

    [GeneratedRegex(@"Thread\.Sleep\s*\(")]
    private static partial Regex Sleep();
}
