using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NSubstitute;
using Personalization.Api.Tests.Fakes;
using Personalization.Grains.Products;

namespace Personalization.Api.Tests.Products;

public sealed class CatalogServiceTests
{
    private readonly ICatalogGrain _catalog = Substitute.For<ICatalogGrain>();

    [Fact]
    public async Task UpsertProducts_GoodAndBad_PutsTheGoodOnesIn()
    {
        ProductMessage[]? put = null;
        _catalog.Upsert(Arg.Do<ProductMessage[]>(p => put = p)).Returns(18L);
        await using var host = await StartAsync();
        var bad = Product("p2");
        bad.CategoryPath[0] = "a/b";

        var response = await host.Catalog.UpsertProductsAsync(new Wire.UpsertProductsRequest { Products = { Product("p1"), bad, Product("p1") } });

        Assert.Equal([true, false, false], response.Results.Select(static r => r.Error is null));
        Assert.Contains("products[1].category_path[0]: has a slash", response.Results[1].Error.Message, StringComparison.Ordinal);
        Assert.Contains("products[2].product_id", response.Results[2].Error.Message, StringComparison.Ordinal);
        Assert.Equal(18, response.CatalogVersion);
        var message = Assert.Single(put!);
        Assert.Equal((24.90m, "EUR", 0.3, default(DateTimeOffset)), (message.Price, message.Currency, message.MarginRate, message.LaunchedAt));
        Assert.Equal(["finish", "skin"], message.AttributeNames);
        Assert.Equal(["matte", "dry"], message.AttributeValues);
    }

    public static TheoryData<string, Action<Wire.Product>> Spoiled => new()
    {
        { "product_id", static p => p.ProductId = "" },
        { "title", static p => p.Title = new string('x', 501) },
        { "brand", static p => p.Brand = new string('x', 129) },
        { "category_path", static p => p.CategoryPath.Clear() },
        { "category_path", static p => p.CategoryPath.Add(Enumerable.Repeat("x", 8)) },
        { "category_path[0]", static p => p.CategoryPath[0] = "" },
        { "price", static p => p.Price.Units = -1 },
        { "price.units", static p => p.Price.Units = 1_000_000_001 },
        { "price.currency_code", static p => p.Price.CurrencyCode = "" },
        { "margin_rate", static p => p.MarginRate = 1.01 },
        { "attributes[\"a:b\"]", static p => p.Attributes["a:b"] = "c" },
        { "attributes[\"a\"]", static p => p.Attributes["a"] = "" },
        { "offline_score", static p => p.OfflineScore = 3.5 },
        { "offline_score", static p => p.OfflineScore = double.NaN },
        { "launched_at", static p => p.LaunchedAt = new Timestamp { Nanos = -5 } },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void Check_FieldOutOfRange_NamesIt(string field, Action<Wire.Product> spoil)
    {
        var violations = new Api.Validation.FieldViolations();
        var product = Product("p1");
        spoil(product);
        if (field == "price")
        {
            product.Price.Nanos = 0;
        }

        Api.Products.ProductRules.Check(product, violations);

        Assert.Equal(field, Assert.Single(violations.Found).Field);
    }

    [Fact]
    public async Task GetProduct_Unknown_IsNotFound()
    {
        _catalog.Get("p404").Returns((ProductMessage?)null);
        await using var host = await StartAsync();

        var (code, info, _, _) = await ApiHost.RefusalAsync(
            () => host.Catalog.GetProductAsync(new Wire.GetProductRequest { ProductId = "p404" }).ResponseAsync);

        Assert.Equal((StatusCode.NotFound, "NOT_FOUND"), (code, info.Reason));
    }

    [Fact]
    public async Task GetProduct_WhatWasPut_ComesBack()
    {
        var product = Product("p1");
        product.MarginRate = 0.5;
        product.OfflineScore = 0;
        product.LaunchedAt = Timestamp.FromDateTimeOffset(Replies.At);
        _catalog.Get("p1").Returns(Api.Products.ProductMapping.ToMessage(product));
        await using var host = await StartAsync();

        var response = await host.Catalog.GetProductAsync(new Wire.GetProductRequest { ProductId = "p1" });

        Assert.Equal(product, response.Product);
    }

    [Fact]
    public async Task ListProducts_PageAfterPage_GoesOnAfterTheLastId()
    {
        var queries = new List<ProductQuery>();
        _catalog.List(Arg.Do<ProductQuery>(queries.Add)).Returns(new ProductPage([Api.Products.ProductMapping.ToMessage(Product("p5"))], true, 9));
        await using var host = await StartAsync();
        var first = await host.Catalog.ListProductsAsync(new Wire.ListProductsRequest { PageSize = 9999, CategoryPath = { "skincare", "serums" } });

        await host.Catalog.ListProductsAsync(new Wire.ListProductsRequest { CategoryPath = { "skincare", "serums" }, PageToken = first.NextPageToken });

        Assert.Equal([new ProductQuery("", 1000, "skincare/serums", ""), new ProductQuery("p5", 100, "skincare/serums", "")], queries);
        Assert.Equal(9, first.TotalSize);
    }

    [Fact]
    public async Task WatchProductSentiment_SeveralProducts_ShareOneStream()
    {
        await using var host = await StartAsync(static g =>
        {
            var (first, second) = (Watched(Replies.Stream(Replies.Sentiment("p1"), Replies.Sentiment("p1"))), Watched(Replies.Stream(Replies.Sentiment("p2"))));
            g.GetGrain<IProductGrain>("p1").Returns(first);
            g.GetGrain<IProductGrain>("p2").Returns(second);
        });
        using var watch = host.Catalog.WatchProductSentiment(new Wire.WatchProductSentimentRequest { ProductIds = { "p1", "p2" } });

        var seen = await watch.ResponseStream.ReadAllAsync(TestContext.Token).ToListAsync();

        Assert.Equal(["p1", "p1", "p2"], seen.Select(static s => s.Sentiment.ProductId).Order());
        Assert.Equal(0.5, seen[0].Sentiment.ByAspect.Single().Valence.Mean);
    }

    [Fact]
    public async Task WatchProductSentiment_OneFails_EndsTheStreamWithItsError()
    {
        await using var host = await StartAsync(static g =>
        {
            var (failing, quiet) = (Watched(Failing()), Watched(Forever()));
            g.GetGrain<IProductGrain>("p1").Returns(failing);
            g.GetGrain<IProductGrain>("p2").Returns(quiet);
        });
        using var watch = host.Catalog.WatchProductSentiment(new Wire.WatchProductSentimentRequest { ProductIds = { "p1", "p2" } });

        var (code, _, _, _) = await ApiHost.RefusalAsync(() => watch.ResponseStream.ReadAllAsync(TestContext.Token).ToListAsync().AsTask());

        Assert.Equal(StatusCode.Unavailable, code);
    }

    private static IProductGrain Watched(IAsyncEnumerable<ProductSentimentView> views)
    {
        var grain = Substitute.For<IProductGrain>();
        grain.WatchSentiment(default, default).ReturnsForAnyArgs(views);
        return grain;
    }

    private static async IAsyncEnumerable<ProductSentimentView> Failing()
    {
        await Task.Yield();
        yield return Replies.Sentiment("p1");
        throw new Orleans.Runtime.SiloUnavailableException("gone");
    }

    private static async IAsyncEnumerable<ProductSentimentView> Forever(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    private static Wire.Product Product(string id) => new()
    {
        ProductId = id,
        Title = "Calm serum",
        Brand = "Lumen",
        CategoryPath = { "skincare", "serums" },
        Price = new Wire.Money { CurrencyCode = "EUR", Units = 24, Nanos = 900_000_000 },
        InStock = true,
        Attributes = { ["skin"] = "dry", ["finish"] = "matte" },
    };

    private Task<ApiHost> StartAsync(Action<IGrainFactory>? grains = null) => ApiHost.StartAsync(grains: g =>
    {
        g.GetGrain<ICatalogGrain>("default").Returns(_catalog);
        grains?.Invoke(g);
    });
}
