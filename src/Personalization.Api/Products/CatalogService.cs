using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;
using Personalization.Grains;
using Personalization.Grains.Products;

namespace Personalization.Api.Products;

/// <summary>The products, and what shoppers feel about them.</summary>
internal sealed class CatalogService(IGrainFactory grains, GrainReferences<IProductGrain> products, ConcurrencyGate gate) : Wire.CatalogService.CatalogServiceBase
{
    private const string CatalogKey = "default";
    private const int MaxBatch = 1000;
    private const int MaxPageSize = 1000;
    private const int DefaultPageSize = 100;
    private const int MaxWatched = 100;
    private const int MaxBrandLength = 128;

    private static readonly TimeSpan s_watchInterval = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public override async Task<Wire.UpsertProductsResponse> UpsertProducts(Wire.UpsertProductsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Count("products", request.Products.Count, 1, MaxBatch);
        violations.ThrowIfAny();
        var response = new Wire.UpsertProductsResponse();
        var accepted = new Dictionary<string, ProductMessage>(request.Products.Count, StringComparer.Ordinal);
        for (var i = 0; i < request.Products.Count; i++)
        {
            var product = request.Products[i];
            CheckOne(product, i, accepted, violations);
            response.Results.Add(new Wire.UpsertResult
            {
                Index = i, ProductId = product.ProductId, Error = violations.None ? null : RpcErrors.Invalid(violations),
            });
            if (violations.None)
            {
                accepted.Add(product.ProductId, ProductMapping.ToMessage(product));
            }

            violations.Clear();
        }

        if (accepted.Count > 0)
        {
            response.CatalogVersion = await Catalog.Upsert([.. accepted.Values]);
        }

        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.GetProductResponse> GetProduct(Wire.GetProductRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Id("product_id", request.ProductId);
        violations.ThrowIfAny();
        return await Catalog.Get(request.ProductId) is { } product
            ? new Wire.GetProductResponse { Product = ProductMapping.ToWire(product) }
            : throw RpcErrors.ToException(RpcErrors.NotFound("product", request.ProductId));
    }

    /// <inheritdoc/>
    public override async Task<Wire.ListProductsResponse> ListProducts(Wire.ListProductsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        ProductRules.CheckCategory(request.CategoryPath, 0, violations);
        violations.Length("brand", request.Brand, 0, MaxBrandLength);
        var category = string.Join('/', request.CategoryPath);
        var filter = $"products {category}\n{request.Brand}";
        var after = PageToken.Decode(filter, request.PageToken, violations, "page_token");
        violations.ThrowIfAny();
        var size = request.PageSize == 0 ? DefaultPageSize : Math.Clamp(request.PageSize, 1, MaxPageSize);
        var page = await Catalog.List(new ProductQuery(after, size, category, request.Brand));
        var response = new Wire.ListProductsResponse { TotalSize = page.TotalSize };
        response.Products.Add(page.Products.Select(ProductMapping.ToWire));
        if (page.HasMore && page.Products.Length > 0)
        {
            response.NextPageToken = PageToken.Encode(filter, page.Products[^1].ProductId);
        }

        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.GetProductSentimentResponse> GetProductSentiment(
        Wire.GetProductSentimentRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Id("product_id", request.ProductId);
        violations.ThrowIfAny();
        var view = await products.Of(request.ProductId).GetSentiment();
        return new Wire.GetProductSentimentResponse { Sentiment = ProductMapping.ToWire(view) };
    }

    /// <inheritdoc/>
    public override async Task WatchProductSentiment(
        Wire.WatchProductSentimentRequest request,
        IServerStreamWriter<Wire.WatchProductSentimentResponse> responseStream,
        ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Count("product_ids", request.ProductIds.Count, 1, MaxWatched);
        for (var i = 0; i < request.ProductIds.Count; i++)
        {
            using var _ = violations.In("product_ids", i);
            violations.Id(string.Empty, request.ProductIds[i]);
        }

        var interval = violations.Interval("min_interval", request.MinInterval, s_watchInterval);
        violations.ThrowIfAny();
        var watched = request.ProductIds.Distinct(StringComparer.Ordinal).Select(products.Of).ToArray();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, gate.Closing);
        await SentimentWatch.RunAsync(watched, interval, responseStream, ending, context.CancellationToken);
    }

    private ICatalogGrain Catalog => grains.GetGrain<ICatalogGrain>(CatalogKey);

    private static void CheckOne(
        Wire.Product product, int index, Dictionary<string, ProductMessage> accepted, FieldViolations violations)
    {
        using var _ = violations.In("products", index);
        ProductRules.Check(product, violations);
        if (violations.None && accepted.ContainsKey(product.ProductId))
        {
            violations.Add("product_id", "is the same as that of a product before it in the request; allowed: different ids");
        }
    }
}
