using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CsCheck;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;

namespace Personalization.Domain.Tests.Recommendations.Catalog;

public sealed class CatalogSnapshotTests
{
    private static readonly Gen<CatalogChanges> s_changes =
        from upserts in Gen.Select(Gen.Int[0, 60], Gen.Int[0, 3]).Array[0, 12]
        from removed in Gen.Int[0, 60].Array[0, 4]
        from feelings in Gen.Select(Gen.Int[0, 70], Gen.Float[-1, 1], Gen.Float[0, 0.5f]).Array[0, 8]
        from popular in Gen.Select(Gen.Int[0, 70], Gen.Float[0, 0.9f], Gen.Float[0, 0.9f]).Array[0, 8]
        select new CatalogChanges
        {
            Upserted = [.. upserts.DistinctBy(static u => u.Item1).Select(static u => SampleProducts.OfNumber(u.Item1, u.Item2))],
            Removed = [.. removed.Select(static n => $"p{n}")],
            Sentiments = [.. feelings.Select(static f => KeyValuePair.Create($"p{f.Item1}", new ItemSentiment(f.Item2, f.Item3, 1, 0)))],
            Popularities = [.. popular.Select(static p => KeyValuePair.Create($"p{p.Item1}", Popularity(p.Item2, p.Item3)))],
        };

    /// <summary>A catalogue changed step by step is the catalogue made at once from what is left.</summary>
    [Fact]
    public void With_AnyChanges_EqualsACatalogMadeFromNothing() => s_changes.Array[1, 8].Sample(steps =>
    {
        var (snapshot, model) = (CatalogSnapshot.Empty, new Model());
        for (var i = 0; i < steps.Length; i++)
        {
            snapshot = snapshot.With(steps[i], i + 1);
            model.Apply(steps[i]);
        }

        var fresh = CatalogSnapshot.Empty.With(model.AsChanges(), 1);
        Assert.Equal(model.Facts.Count, snapshot.ListedCount);
        Assert.Equal(model.Facts.Values.Count(static f => f.InStock), snapshot.InStockCount);
        foreach (var (id, facts) in model.Facts)
        {
            // A rank may lag by less than half a percent, see the editor.
            Assert.Equal(facts, snapshot.Find(id)! with { PriceRank = facts.PriceRank });
            Assert.Equal(fresh.Find(id)!.PriceRank, snapshot.Find(id)!.PriceRank, 0.006f);
            AssertSameRow(fresh, snapshot, id);
        }

        AssertSameRanking(fresh, snapshot, static c => c.Favoured);
        AssertSameRanking(fresh, snapshot, static c => c.Newest);
        AssertSameRanking(fresh, snapshot, static c => c.Trending);
        AssertSameRanking(fresh, snapshot, static c => c.Popular(ShopperSegment.Thrifty));
        AssertSamePostings(fresh, snapshot);
    });

    [Fact]
    public void With_AnyChanges_LeavesTheVersionBeforeAsItWas() => Gen.Select(s_changes, s_changes).Sample((first, second) =>
    {
        var before = CatalogSnapshot.Empty.With(first, 1);
        var facts = Enumerable.Range(0, before.Directory.Count).Select(before.Facts).ToArray();
        var rows = Enumerable.Range(0, before.Directory.Count).Select(i => before.StaticFeatures(i).ToArray()).ToArray();
        var favoured = before.Favoured.Items.ToArray();
        before.With(second, 2);
        for (var i = 0; i < facts.Length; i++)
        {
            Assert.Same(facts[i], before.Facts(i));
            Assert.Equal(rows[i], before.StaticFeatures(i).ToArray());
        }

        Assert.Equal(favoured, before.Favoured.Items.ToArray());
    });

    [Fact]
    public void With_FeelingsAlone_KeepsNumbersAndWhatIsLikeWhat()
    {
        var before = CatalogSnapshot.Empty.With(new CatalogChanges { Upserted = [.. Enumerable.Range(0, 300).Select(static n => SampleProducts.OfNumber(n))] }, 1);
        var neighbours = before.Neighbours.Of(3, before);
        var after = before.With(new CatalogChanges { Sentiments = [KeyValuePair.Create("p7", new ItemSentiment(0.5f, 0.1f, 9, 0))] }, 2);
        Assert.Same(neighbours, after.Neighbours.Of(3, after));
        Assert.Same(before.Directory, after.Directory);
        Assert.Equal(0.5f, after.SentimentOf("p7").Mean);
        Assert.Equal(0, before.SentimentOf("p7").Mean);
        Assert.Equal(0.5f, after.StaticFeatures(NumberOf(after, "p7"))[(int)ItemFeature.Sentiment]);
    }

    [Fact]
    public void With_ChangesThatMoveNoFeatureOfOthers_SharesTheirRows()
    {
        var before = CatalogSnapshot.Empty.With(
            new CatalogChanges
            {
                Upserted = [.. Enumerable.Range(0, 1000).Select(static n => SampleProducts.Make($"p{n}", price: 1 + n))],
                Sentiments = [KeyValuePair.Create("p7", new ItemSentiment(0.5f, 0.1f, 9, 0))],
            },
            1);
        var felt = before.With(new CatalogChanges { Sentiments = [KeyValuePair.Create("p7", new ItemSentiment(0.501f, 0.1f, 10, 0))] }, 2);
        Assert.Equal(0.501f, felt.SentimentOf("p7").Mean);
        Assert.True(SharesRow(before, felt, NumberOf(before, "p7")));
        Assert.False(SharesRow(before, before.With(new CatalogChanges { Sentiments = [KeyValuePair.Create("p7", default(ItemSentiment))] }, 2), 7));
        var repriced = before.With(new CatalogChanges { Upserted = [SampleProducts.Make("p7", price: 500)] }, 2);
        Assert.False(SharesRow(before, repriced, 7));
        Assert.True(SharesRow(before, repriced, 300));

        static bool SharesRow(CatalogSnapshot one, CatalogSnapshot other, int item) =>
            Unsafe.AreSame(in one.Columns.Rows[item], in other.Columns.Rows[item])
            && Unsafe.AreSame(in one.Columns.TasteParts[item], in other.Columns.TasteParts[item]);
    }

    [Fact]
    public void With_PricesOfACategory_RanksThemWithTiesCountedHalf()
    {
        var snapshot = CatalogSnapshot.Empty.With(
            new CatalogChanges
            {
                Upserted =
                [
                    SampleProducts.Make("a", price: 5), SampleProducts.Make("b", price: 10), SampleProducts.Make("c", price: 10),
                    SampleProducts.Make("d", price: 20), SampleProducts.Make("e", category: ["lips"], price: 99),
                ],
            },
            1);
        Assert.Equal(0.125f, snapshot.Find("a")!.PriceRank);
        Assert.Equal(0.5f, snapshot.Find("b")!.PriceRank);
        Assert.Equal(0.5f, snapshot.Find("c")!.PriceRank);
        Assert.Equal(0.875f, snapshot.Find("d")!.PriceRank);
        Assert.Equal(0.5f, snapshot.Find("e")!.PriceRank);
    }

    [Fact]
    public void Neighbours_OfAProduct_AreTheMostAlikeFirst()
    {
        var snapshot = CatalogSnapshot.Empty.With(
            new CatalogChanges
            {
                Upserted =
                [
                    SampleProducts.Make("seed"), SampleProducts.Make("twin"), SampleProducts.Make("cousin", brand: "Birch"),
                    SampleProducts.Make("sibling", category: ["skin", "cream"]), SampleProducts.Make("stranger", category: ["lips"]),
                ],
            },
            1);
        var row = snapshot.Neighbours.Of(NumberOf(snapshot, "seed"), snapshot);
        Assert.Equal(["twin", "sibling", "cousin"], row.Items.Take(3).Select(i => snapshot.Directory[i]));
        Assert.DoesNotContain(NumberOf(snapshot, "seed"), row.Items);
        Assert.Equal(row.Similarities.OrderDescending(), row.Similarities);
    }

    [Fact]
    public void With_ThousandsOfProducts_FindsEachByIdAndFeelsForThoseNotYetThere()
    {
        var feeling = new ItemSentiment(0.25f, 0.1f, 3, 0);
        var snapshot = CatalogSnapshot.Empty.With(new CatalogChanges { Sentiments = [KeyValuePair.Create("p2999", feeling)] }, 1);
        Assert.Null(snapshot.Find("p2999"));
        for (var first = 0; first < 3000; first += 500)
        {
            snapshot = snapshot.With(
                new CatalogChanges { Upserted = [.. Enumerable.Range(first, 500).Select(static n => SampleProducts.OfNumber(n))] }, snapshot.Version + 1);
        }

        Assert.Equal(3000, snapshot.ListedCount);
        Assert.All(Enumerable.Range(0, 3000), n => Assert.Equal($"p{n}", snapshot.Find($"p{n}")?.ProductId));
        Assert.Equal(feeling, snapshot.SentimentOf("p2999"));
        Assert.Contains(NumberOf(snapshot, "p2999"), snapshot.Favoured.Items.ToArray());
    }

    internal static ItemPopularity Popularity(float share, float trend) =>
        new([.. Enumerable.Repeat(share, ShopperSegments.Count)], trend);

    private static int NumberOf(CatalogSnapshot snapshot, string id)
    {
        Assert.True(snapshot.Directory.TryFind(id, out var number));
        return number;
    }

    /// <summary>The same products with the same scores; equals may stand in another order, for numbers are given as products come.</summary>
    private static void AssertSameRanking(CatalogSnapshot expected, CatalogSnapshot actual, Func<CatalogSnapshot, RankedList> list)
    {
        var (e, a) = (list(expected), list(actual));
        Assert.Equal(e.Scores.ToArray(), a.Scores.ToArray());
        Assert.Equal(Ids(expected, e).Order(), Ids(actual, a).Order());

        static IEnumerable<string> Ids(CatalogSnapshot snapshot, RankedList ranked) => ranked.Items.ToArray().Select(i => snapshot.Directory[i]);
    }

    private static void AssertSameRow(CatalogSnapshot expected, CatalogSnapshot actual, string id)
    {
        var (e, a) = (NumberOf(expected, id), NumberOf(actual, id));
        for (var feature = 0; feature < FeatureSchema.StaticCount; feature++)
        {
            // A price goes with its rank, which may lag, and lies on the grid.
            Assert.Equal(expected.StaticFeatures(e)[feature], actual.StaticFeatures(a)[feature], feature == (int)ItemFeature.Price ? 0.028f : 0);
        }

        var rank = actual.Find(id)!.PriceRank;
        Assert.Equal(rank, actual.Content(a).PriceRank);
        Assert.Equal(TasteParts.PriceBand(rank), actual.TasteParts(a)[TasteParts.PriceSlot]);
    }

    private static void AssertSamePostings(CatalogSnapshot expected, CatalogSnapshot actual)
    {
        FacetKey[] facets = [FacetKey.Category("skin"), FacetKey.Category("skin", "serum"), FacetKey.Category("lips"), FacetKey.Brand("Birch")];
        foreach (var facet in facets)
        {
            Assert.Equal(Ids(expected, facet), Ids(actual, facet));
        }

        static string[] Ids(CatalogSnapshot snapshot, FacetKey facet) =>
            snapshot.Columns.Facets.TryFind(facet.Hash, out var number)
                ? [.. snapshot.Posting(number).ToArray().Select(i => snapshot.Directory[i]).Order(StringComparer.Ordinal)]
                : [];
    }

    /// <summary>The catalogue as a dictionary.</summary>
    private sealed class Model
    {
        public Dictionary<string, ProductFacts> Facts { get; } = [];

        private readonly Dictionary<string, ItemSentiment> _sentiments = [];
        private readonly Dictionary<string, ItemPopularity> _popularities = [];

        public void Apply(CatalogChanges changes)
        {
            foreach (var id in changes.Removed)
            {
                Facts.Remove(id);
            }

            foreach (var facts in changes.Upserted)
            {
                Facts[facts.ProductId] = facts;
            }

            foreach (var (id, sentiment) in changes.Sentiments)
            {
                _sentiments[id] = sentiment;
            }

            foreach (var (id, popularity) in changes.Popularities)
            {
                _popularities[id] = popularity;
            }
        }

        public CatalogChanges AsChanges() => new()
        {
            Upserted = [.. Facts.Values],
            Sentiments = [.. _sentiments],
            Popularities = [.. _popularities],
        };
    }
}
