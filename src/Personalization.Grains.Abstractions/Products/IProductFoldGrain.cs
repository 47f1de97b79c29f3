using Personalization.Grains.Ingestion;

namespace Personalization.Grains.Products;

/// <summary>How the log reaches a product: the face of the product's grain that only partitions call.</summary>
[Alias("personalization.IProductFoldGrain")]
public interface IProductFoldGrain : IRangeFoldGrain;
