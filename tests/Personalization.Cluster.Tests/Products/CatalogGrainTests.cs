using Personalization.Domain.Ingestion;
using Personalization.Grains;
using Personalization.Grains.Products;
using Personalization.Grains.Recommendations;

namespace Personalization.Cluster.Tests.Products;

public sealed class CatalogGrainTests
{
    [Fact]
    public async Task List_ProductsInAnyOrder_AreInTheOrderOfTheirIds()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var catalog = engine.Grains.GetGrain<ICatalogGrain>(WellKnownGrains.Default);
        string[][] batches = [["m", "b", "z"], ["a", "n", "b"], ["c"], ["zz", "0"]];
        foreach (var batch in batches)
        {
            await catalog.Upsert(Array.ConvertAll(batch, static id => Product(id, 1)));
        }

        var first = await catalog.List(new ProductQuery(string.Empty, 5, string.Empty, string.Empty));
        var rest = await catalog.List(new ProductQuery(first.Products[^1].ProductId, 5, string.Empty, string.Empty));
        Assert.Equal(["0", "a", "b", "c", "m", "n", "z", "zz"], first.Products.Concat(rest.Products).Select(static p => p.ProductId));
        Assert.Equal((8, true, false), (rest.TotalSize, first.HasMore, rest.HasMore));
    }

    [Fact]
    public async Task GetChanges_ProductsChangedAgainAndAgain_AreToldOnceAsTheyAre()
    {
        const int products = 800, turns = 12;
        await using var engine = await EngineCluster.StartAsync(1);
        var catalog = engine.Grains.GetGrain<ICatalogGrain>(WellKnownGrains.Default);
        await catalog.Upsert([Product("first", 1)]);
        // More changes than a history keeps of so many products.
        for (var turn = 1; turn <= turns; turn++)
        {
            await catalog.Upsert([.. Enumerable.Range(0, products).Select(i => Product($"p{i}", turn))]);
        }

        var all = await catalog.GetChanges(0);
        Assert.Equal(products + 1, all.Products.Select(static p => p.ProductId).Distinct().Count());
        Assert.All(all.Products, static p => Assert.Equal(p.ProductId == "first" ? 1 : turns, p.Price));
        Assert.Equal((turns + 1, turns + 1), (all.Version, all.Latest));
        Assert.Equal(products, (await catalog.GetChanges(1)).Products.Length);
        Assert.Empty((await catalog.GetChanges(turns + 1)).Products);
    }

    [Fact]
    public async Task GetChanges_MoreThanAMessageHolds_ComesInWholeVersions()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var catalog = engine.Grains.GetGrain<ICatalogGrain>(WellKnownGrains.Default);
        const int batches = 8, size = 1000;
        for (var batch = 0; batch < batches; batch++)
        {
            await catalog.Upsert([.. Enumerable.Range(0, size).Select(i => Product($"p{(i * batches) + batch}", batch))]);
        }

        var (version, seen) = (0L, new List<string>());
        CatalogChanges changes;
        do
        {
            changes = await catalog.GetChanges(version);
            Assert.Equal(0, changes.Products.Length % size);
            Assert.InRange(changes.Products.Length, 1, 5 * size);
            seen.AddRange(changes.Products.Select(static p => p.ProductId));
            version = changes.Version;
        }
        while (version < changes.Latest);

        Assert.Equal(batches * size, seen.Count);
        Assert.Equal(batches * size, seen.Distinct().Count());

        // The silo's snapshot gets there in the same pieces, gathered.
        var reader = engine.Grains.GetGrain<IUserRecommendationGrain>(UserKey.Known("reader").Value);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await reader.Recommend(new RecommendCommand(), patience.Token)).CatalogVersion < version)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>What is said of a product is stored with it, reaches the silos, and counts in a ranking unless the request says otherwise.</summary>
    [Fact]
    public async Task Upsert_WithOfflineScores_OutliveTheOwnerAndCountInARanking()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var first = engine.Cluster.Silos[0];
        var catalog = engine.Grains.GetGrain<ICatalogGrain>(WellKnownGrains.Default);
        await catalog.Upsert([Product("good", 1) with { OfflineScore = 0.2 }, Product("silent", 1)]);
        await engine.Cluster.StartAdditionalSiloAsync();
        await engine.Cluster.KillSiloAsync(first);
        await EngineCluster.RetryAsync(async () => Assert.Equal(0.2, (await catalog.Get("good"))!.OfflineScore));
        Assert.Null((await catalog.Get("silent"))!.OfflineScore);

        Assert.Equal(0.15, await AheadAsync([]), 0.01);
        Assert.Equal(-0.05, await AheadAsync([0.05, 0.1]), 0.01);

        // By how much the estimate of the one is above that of the other.
        async Task<double> AheadAsync(double[] scores)
        {
            var reader = engine.Grains.GetGrain<IUserRecommendationGrain>(UserKey.Known("reader").Value);
            var (command, items) = (new RecommendCommand { Candidates = ["good", "silent"], OfflineScores = scores }, Array.Empty<SlateItem>());
            await EngineCluster.RetryAsync(async () =>
            {
                items = (await reader.Recommend(command, CancellationToken.None)).Items;
                Assert.Equal(2, items.Length);
            });
            return items.Single(static i => i.ProductId == "good").Score - items.Single(static i => i.ProductId == "silent").Score;
        }
    }

    private static ProductMessage Product(string id, decimal price) => new()
    {
        ProductId = id,
        Brand = "brand",
        CategoryPath = ["care", "serum"],
        Price = price,
        Currency = "EUR",
        InStock = true,
        LaunchedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };
}
