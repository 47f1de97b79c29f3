using Personalization.Client;
using Personalization.V1;

namespace Personalization.Host.Tests;

/// <summary>The client example of the README is code that runs.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task ClientExample_AgainstTheRunningEngine_ShowsASlateThatHasReadTheReview()
    {
        using var data = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(data.Path);
        var catalog = new CatalogService.CatalogServiceClient(host.Channel);
        var products = Enumerable.Range(1, 9).Select(static n => new Product
        {
            ProductId = $"serum-{n}", Title = $"Serum {n}", Brand = "Brand", CategoryPath = { "care", "serum" }, InStock = true, Price = Amounts.Of(20, "EUR"),
        });
        await catalog.UpsertProductsAsync(new UpsertProductsRequest { Products = { products } });
        await WaitForSlatesAsync(host.GrpcAddress);

        using var output = new StringWriter();
        var slate = await ShopAsync(host.GrpcAddress, output);
        Assert.Equal(5, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("1. serum-", output.ToString(), StringComparison.Ordinal);
        Assert.True(slate.ProfileAsOf.Offset > 0, "The slate does not know of the review.");
    }

    [Fact]
    public async Task ClientExample_NoProductsYet_ShowsNothingAndFailsNot()
    {
        using var data = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(data.Path);
        using var output = new StringWriter();
        var slate = await ShopAsync(host.GrpcAddress, output);
        Assert.Empty(slate.Items);
        Assert.Contains(slate.Degraded, static d => d.Reason == "NO_CATALOG");
    }

    [Fact]
    public void ClientExample_InTheReadme_IsTheOneThatIsRunHere()
    {
        var readme = File.ReadAllText(Path.Combine(BuildFacts.RepositoryRoot, "README.md"));
        var shown = Between(readme, "```csharp\n", "```");
        var run = Between(File.ReadAllText(ThisFile()), "// The example begins.\n", "        // The example ends.")
            .Replace("Connect(address)", "Connect(\"http://127.0.0.1:5080\")", StringComparison.Ordinal)
            .Replace("output.WriteLine", "Console.WriteLine", StringComparison.Ordinal);
        Assert.Equal(Lines("using Personalization.Client;\nusing Personalization.V1;\n" + run), Lines(shown));
    }

    private static async Task<RecommendResponse> ShopAsync(string address, TextWriter output)
    {
        // The example begins.
        using var engine = PersonalizationClient.Connect(address);   // ./demo --serve says where it listens
        var visit = engine.OpenSession(Who.User("alice", "visit-1"));
        await visit.TrackAsync(Events.Review("serum-7", "I love this serum, my skin has never felt better!"));

        var slate = await visit.RecommendAsync(new RecommendRequest { Placement = "home", PageSize = 5 });   // has read the review
        foreach (var item in slate.Items)
            output.WriteLine($"{item.Rank}. {item.ProductId}  p={item.Propensity:F3}");
        await visit.ReportAsync(slate.Impressions());
        // The example ends.
        return slate;
    }

    // At the engine's own pace: a slate is made of what has reached its snapshot.
    private static async Task WaitForSlatesAsync(string address)
    {
        using var engine = PersonalizationClient.Connect(address);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await engine.OpenSession(Who.User("waiting")).RecommendAsync(new RecommendRequest { PageSize = 5 }, patience.Token)).Items.Count < 5)
        {
            await Task.Yield();
        }
    }

    private static string Between(string text, string begin, string end)
    {
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0)];

    private static string ThisFile() => Path.Combine(BuildFacts.RepositoryRoot, "tests", "Personalization.Host.Tests", "ReadmeTests.cs");
}
