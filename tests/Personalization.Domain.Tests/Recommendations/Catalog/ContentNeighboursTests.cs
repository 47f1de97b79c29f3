using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Catalog;

public sealed class ContentNeighboursTests
{
    private static readonly CatalogSnapshot s_catalog = CatalogSnapshot.Empty.With(
        new CatalogChanges { Upserted = [.. Enumerable.Range(0, 120).Select(static n => SampleProducts.OfNumber(n))] }, 1);

    [Fact]
    public void Of_ProductsComeLeaveAndChange_IsAsIfMadeAnew()
    {
        var catalog = s_catalog;
        for (var step = 0; step < 25; step++)
        {
            catalog = catalog.With(
                new CatalogChanges
                {
                    Upserted = [SampleProducts.OfNumber(step * 7 % 120, step), SampleProducts.OfNumber(120 + step)],
                    Removed = [$"p{step * 11 % 120}"],
                },
                step + 2);
            AssertAsMadeAnew(catalog);
        }
    }

    [Fact]
    public void Of_TwoVersionsGoOnFromOne_AllThreeHaveTheirOwn()
    {
        var one = s_catalog.With(new CatalogChanges { Upserted = [SampleProducts.OfNumber(3, 1), SampleProducts.OfNumber(4, 2)] }, 2);
        var other = s_catalog.With(new CatalogChanges { Removed = ["p3", "p4", "p8", "p9"] }, 2);
        foreach (var catalog in new[] { s_catalog, one, other, s_catalog, other, one })
        {
            AssertAsMadeAnew(catalog);
        }
    }

    [Fact]
    public void Of_SomethingBelowAnotherRootChanges_IsKept()
    {
        var (lips, hair) = (Number("lips", s_catalog), Number("hair", s_catalog));
        var (ofLips, ofHair) = (s_catalog.Neighbours.Of(lips, s_catalog), s_catalog.Neighbours.Of(hair, s_catalog));
        var next = s_catalog.With(new CatalogChanges { Upserted = [SampleProducts.Make("new", category: ["lips"])] }, 2);
        next = next.With(new CatalogChanges { Upserted = [.. Enumerable.Range(0, 30).Select(static n => SampleProducts.Make($"new-{n}", category: ["lips"]))] }, 3);
        Assert.Same(ofHair, next.Neighbours.Of(hair, next));
        Assert.NotSame(ofLips, next.Neighbours.Of(lips, next));
        AssertAsMadeAnew(next);
    }

    private static int Number(string root, CatalogSnapshot catalog) =>
        Enumerable.Range(0, catalog.Directory.Count).First(item => catalog.Facts(item)!.CategoryPath[0] == root);

    private static void AssertAsMadeAnew(CatalogSnapshot catalog)
    {
        var anew = ContentNeighbours.Empty.With(catalog.Directory.Count, []);
        for (var item = 0; item < catalog.Directory.Count; item++)
        {
            if (catalog.IsListed(item))
            {
                var (kept, made) = (catalog.Neighbours.Of(item, catalog), anew.Of(item, catalog));
                Assert.Equal(made.Similarities, kept.Similarities);
                Assert.Equal(made.Items.Order(), kept.Items.Order());
            }
        }
    }
}
