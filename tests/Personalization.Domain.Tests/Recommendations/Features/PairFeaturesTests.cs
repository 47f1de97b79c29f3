using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Features;

public sealed class PairFeaturesTests
{
    /// <summary>The facets of most products lie in their row; those of the others are looked up. It must not matter which.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(40)]
    public void Fill_AnyNumberOfAttributes_AddsUpTheAffinitiesToAll(int attributes)
    {
        var facts = SampleProducts.Make("p", "Birch", ["skin", "serum"]) with
        {
            Attributes = [.. Enumerable.Range(0, attributes).Select(static n => new ProductAttribute($"trait{n}", "yes"))],
        };
        var catalog = CatalogSnapshot.Empty.With(new CatalogChanges { Upserted = [facts] }, 1);
        var liked = facts.AttributeFacets.Select(static f => new FacetAffinity(FacetKind.Attribute, f.Hash, f.Name, 0.125f, 0.1f, 9)).ToArray();
        var brand = new[] { new FacetAffinity(FacetKind.Brand, FacetKey.Brand("Birch").Hash, "Birch", -0.5f, 0.1f, 9) };
        var categories = facts.CategoryFacets.Select(static (f, i) => new FacetAffinity(FacetKind.Category, f.Hash, f.Name, i == 0 ? 0.25f : 0.75f, 0.1f, 9)).ToArray();
        var workspace = new RecommendWorkspace();
        var shopper = new ShopperView { Categories = categories, Brands = brand, Attributes = liked };
        workspace.Affinities.Fill(catalog, shopper);
        workspace.Taste.Fill(catalog, shopper, workspace.Exposures);
        var features = new float[FeatureSchema.ItemCount];
        new PairFeatures(catalog, workspace, ShopperSegment.Everyone, 0, SampleProducts.Now.UtcTicks).Fill(0, features);
        var expected = attributes == 0 ? 0 : Math.Min(1, 0.125f * attributes / MathF.Sqrt(attributes));
        Assert.Equal(FeatureGrid.Snap(expected), features[(int)ItemFeature.AttributeAffinity]);
        Assert.Equal(-0.5f, features[(int)ItemFeature.BrandAffinity]);
        Assert.Equal(FeatureGrid.Snap((0.6f * 0.75f) + (0.4f * 0.25f)), features[(int)ItemFeature.CategoryAffinity]);
    }
}
