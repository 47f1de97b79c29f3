using Personalization.LoadTest.Catalogues;

namespace Personalization.LoadTest.Tests.Simulation;

public sealed class CatalogueTests
{
    [Fact]
    public void Make_SameSeed_SameShop()
    {
        var now = DateTimeOffset.UnixEpoch;
        var first = CatalogueGenerator.Make(3, 500).Items.Select(i => i.ToProduct(now));
        Assert.Equal(first, CatalogueGenerator.Make(3, 500).Items.Select(i => i.ToProduct(now)));
        Assert.NotEqual(first, CatalogueGenerator.Make(4, 500).Items.Select(i => i.ToProduct(now)));
    }

    [Fact]
    public void Make_FourThousand_AreWithinTheContract()
    {
        var catalogue = CatalogueGenerator.Make(1, 4000);
        Assert.Equal(4000, catalogue.Items.Select(i => i.ProductId).Distinct().Count());
        Assert.Equal(4000, catalogue.Items.Select(i => i.Title).Distinct().Count());
        Assert.All(catalogue.ByFamily, family => Assert.NotEmpty(family));
        Assert.All(catalogue.Items, item =>
        {
            var product = item.ToProduct(DateTimeOffset.UnixEpoch);
            Assert.InRange(product.ProductId.Length, 1, 128);
            Assert.InRange(product.Price.Units, 1, 250);
            Assert.InRange(product.MarginRate, 0.05, 0.8);
            Assert.InRange(item.Truth.Quality, -1, 1);
            Assert.Equal(item.Family.Traits.Length, product.Attributes.Count);
        });
    }

    [Fact]
    public void ToProduct_Truth_IsNotInIt()
    {
        // Two shops that differ in their truth alone would be told to the engine in the same words.
        var item = CatalogueGenerator.Make(1, 100).Items[7];
        var product = item.ToProduct(DateTimeOffset.UnixEpoch);
        Assert.DoesNotContain(product.Attributes, a => a.Key is not ("skin_type" or "concern" or "key_ingredient" or "texture" or "scent" or "finish" or "shade_family" or "hair_type" or "season"));
    }
}
