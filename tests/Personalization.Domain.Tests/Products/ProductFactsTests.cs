using System.Collections.Immutable;
using Personalization.Domain.Products;

namespace Personalization.Domain.Tests.Products;

public sealed class ProductFactsTests
{
    private static readonly ProductFacts Serum = new()
    {
        ProductId = "sku-1",
        Title = "Serum",
        Brand = "Nori",
        CategoryPath = ["skincare", "serums"],
        Price = 24.90m,
        Currency = "EUR",
        MarginRate = 0.5,
        InStock = true,
        Attributes = [new("skin", "dry"), new("finish", "matte"), new("finish", "dewy")],
        LaunchedAt = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public void Facets_OfAProduct_CoverEveryLevelOfTheCategoryTheBrandAndTheAttributes()
    {
        Assert.Equal(["skincare", "skincare/serums"], Serum.CategoryFacets.Select(static f => f.Name));
        Assert.Equal("Nori", Serum.BrandFacet?.Name);
        Assert.Equal(["finish:dewy", "finish:matte", "skin:dry"], Serum.AttributeFacets.Select(static f => f.Name));
    }

    [Fact]
    public void Facets_OfACopyWithOtherFacts_AreThoseOfTheCopy()
    {
        var copy = Serum with { Brand = "Umi", CategoryPath = ["makeup"], Attributes = [] };

        Assert.Equal(FacetKey.Brand("Umi"), copy.BrandFacet);
        Assert.Equal(FacetKey.Category("makeup"), Assert.Single(copy.CategoryFacets));
        Assert.Empty(copy.AttributeFacets);
        Assert.Null((Serum with { Brand = "" }).BrandFacet);
    }

    [Fact]
    public void FacetKey_SameNameOfAnotherKind_HasAnotherHash() =>
        Assert.Equal(3, Enum.GetValues<FacetKind>().Select(static k => FacetKey.Of(k, "matte").Hash).Distinct().Count());

    [Fact]
    public void Equals_SameFactsInOtherArrays_IsTrue()
    {
        var twin = Serum with { CategoryPath = [.. Serum.CategoryPath.ToArray()], Attributes = [.. Serum.Attributes.Reverse()] };

        Assert.Equal(Serum, twin);
        Assert.Equal(Serum.GetHashCode(), twin.GetHashCode());
        Assert.NotEqual(Serum, Serum with { Price = 25m });
        Assert.NotEqual(Serum, Serum with { Attributes = [] });
    }

    [Fact]
    public void Margin_IsTheShareOfThePrice() => Assert.Equal(12.45m, Serum.Margin);

    [Fact]
    public void Validate_GoodProduct_FindsNothing()
    {
        Assert.Empty(ProductFactsValidator.Validate(Serum));
        Assert.Empty(ProductFactsValidator.Validate(Serum with { Price = 0, Currency = "" }));
        Assert.Empty(ProductFactsValidator.Validate(Serum with { PriceRank = 1 }));
        Assert.Empty(ProductFactsValidator.Validate(Serum with { OfflineScore = -1 }));
    }

    public static TheoryData<string, ProductFacts> Bad => new()
    {
        { "ProductId", Serum with { ProductId = "" } },
        { "ProductId", Serum with { ProductId = new string('x', 129) } },
        { "Title", Serum with { Title = new string('x', 501) } },
        { "Brand", Serum with { Brand = new string('x', 129) } },
        { "CategoryPath", Serum with { CategoryPath = [] } },
        { "CategoryPath", Serum with { CategoryPath = default } },
        { "CategoryPath", Serum with { CategoryPath = [.. Enumerable.Repeat("a", 9)] } },
        { "CategoryPath[1]", Serum with { CategoryPath = ["a", "b/c"] } },
        { "CategoryPath[0]", Serum with { CategoryPath = ["", "b"] } },
        { "Price", Serum with { Price = -1 } },
        { "Currency", Serum with { Currency = "eur" } },
        { "Currency", Serum with { Currency = "" } },
        { "MarginRate", Serum with { MarginRate = 1.1 } },
        { "MarginRate", Serum with { MarginRate = double.NaN } },
        { "OfflineScore", Serum with { OfflineScore = 3.01 } },
        { "OfflineScore", Serum with { OfflineScore = double.NaN } },
        { "Attributes", Serum with { Attributes = [.. Enumerable.Range(0, 65).Select(static i => new ProductAttribute("a", $"{i:D2}"))] } },
        { "Attributes[0].Name", Serum with { Attributes = [new("a:b", "c")] } },
        { "Attributes[0].Value", Serum with { Attributes = [new("a", "")] } },
        { "Attributes[1]", Serum with { Attributes = [new("a", "b"), new("a", "b")] } },
        { "PriceRank", Serum with { PriceRank = 2 } },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Validate_BadField_NamesTheFieldAndWhatIsAllowed(string field, ProductFacts facts)
    {
        ImmutableArray<Domain.Validation.FieldProblem> problems = ProductFactsValidator.Validate(facts);

        var problem = Assert.Single(problems);
        Assert.Equal(field, problem.Field);
        Assert.NotEmpty(problem.Problem);
        Assert.NotEmpty(problem.Allowed);
    }
}
