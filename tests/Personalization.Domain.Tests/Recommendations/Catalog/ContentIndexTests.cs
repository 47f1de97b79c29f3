using Personalization.Domain.Products;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Catalog;

public sealed class ContentIndexTests
{
    private const int Products = 60_000;
    private const int Asked = 50;

    private static readonly CatalogSnapshot s_catalog = CatalogSnapshot.Empty.With(
        new CatalogChanges { Upserted = [.. Enumerable.Range(0, Products).Select(static n => Product(n, 0))] }, 1);

    [Fact]
    public void FindNear_LargeCatalogue_FindsNineInTenOfWhatComparingAllFinds() => Assert.InRange(Recall(s_catalog, 100), 0.9, 1);

    [Fact]
    public void FindNear_ProductsChangedCameAndLeft_FindsThemAsTheyAre()
    {
        var changed = s_catalog;
        for (var step = 0; step < 5; step++)
        {
            changed = changed.With(
                new CatalogChanges
                {
                    Upserted = [.. Enumerable.Range(0, 400).Select(i => Product((step * 1009) + (i * 61), step + 1))],
                    Removed = [.. Enumerable.Range(0, 100).Select(i => $"p{(step * 17) + (i * 401)}")],
                },
                step + 2);
        }

        Assert.InRange(Recall(changed, 40), 0.9, 1);

        // Merged as they grow: entries that are out of date are never more than a part.
        Assert.InRange(changed.Contents.Count, Products - 600, Products * 3 / 2);
        Assert.InRange(Recall(s_catalog, 20), 0.9, 1);
    }

    [Fact]
    public void FindNear_Anything_GivesListedOthersOnceWithTheirSimilarity()
    {
        var gone = s_catalog.With(new CatalogChanges { Removed = [.. Enumerable.Range(0, 3000).Select(static n => $"p{n * 20}")] }, 2);
        for (var item = 0; item < 300; item++)
        {
            var best = new PriorityQueue<int, float>();
            gone.Contents.FindNear(gone.Columns.Rows, item, Asked, best);
            var found = best.UnorderedItems.ToArray();
            Assert.Equal(found.Length, found.Select(static f => f.Element).Distinct().Count());
            Assert.All(found, f => Assert.True(f.Element != item && gone.IsListed(f.Element)));
            Assert.All(found, f => Assert.Equal(ItemContent.Similarity(gone.Content(item), gone.Content(f.Element)), f.Priority));
        }
    }

    [Fact]
    public void Neighbours_CategoryTooLargeToCompare_AreThoseOfTheIndex()
    {
        var row = s_catalog.Neighbours.Of(7, s_catalog);
        Assert.Equal(ContentNeighbours.PerItem, row.Items.Length);
        Assert.Equal(row.Similarities.OrderDescending(), row.Similarities);
        Assert.True(row.Similarities[^1] >= 0.9f * Exact(s_catalog, 7)[ContentNeighbours.PerItem - 1]);
    }

    [Fact]
    public void With_SmallShop_HasNoIndex() => Assert.Equal(
        0,
        CatalogSnapshot.Empty.With(new CatalogChanges { Upserted = [.. Enumerable.Range(0, 500).Select(static n => Product(n, 0))] }, 1).Contents.Count);

    /// <summary>The share of found products that are as alike as the worst of the exact ones; alike ones are as good as another.</summary>
    private static double Recall(CatalogSnapshot catalog, int questions)
    {
        var random = new SeededRandom(3);
        var (sum, asked) = (0.0, 0);
        while (asked < questions)
        {
            var item = random.NextIndex(catalog.Directory.Count);
            if (catalog.IsListed(item))
            {
                var best = new PriorityQueue<int, float>();
                catalog.Contents.FindNear(catalog.Columns.Rows, item, Asked, best);
                var least = Exact(catalog, item)[Asked - 1];
                sum += best.UnorderedItems.Count(found => found.Priority >= least) / (double)Asked;
                asked++;
            }
        }

        return sum / questions;
    }

    private static float[] Exact(CatalogSnapshot catalog, int item) =>
    [
        .. Enumerable.Range(0, catalog.Directory.Count).Where(other => other != item && catalog.IsListed(other))
            .Select(other => ItemContent.Similarity(catalog.Content(item), catalog.Content(other))).OrderDescending().Take(Asked),
    ];

    /// <summary>Sixteen categories, sixty brands, and four to six attributes of which some are common and some are rare.</summary>
    private static ProductFacts Product(int n, int salt)
    {
        n %= Products;
        var random = new SeededRandom(((ulong)n << 8) + (ulong)salt);
        var traits = new SortedSet<int>();
        for (var left = 4 + random.NextIndex(3); left > 0; left--)
        {
            traits.Add((int)(40 * random.NextUnit() * random.NextUnit()));
        }

        return SampleProducts.Make(
            $"p{n}", $"brand-{random.NextIndex(60)}", [$"root-{random.NextIndex(2)}", $"category-{random.NextIndex(16)}"],
            5 + (decimal)Math.Round(95 * random.NextUnit(), 2)) with
        {
            Attributes = [.. traits.Select(static t => new ProductAttribute("trait", $"t{t}"))],
        };
    }
}
