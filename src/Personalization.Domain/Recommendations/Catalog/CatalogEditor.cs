using System.Collections.Immutable;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>Makes the next version of the catalogue out of one and what happened since.</summary>
internal sealed class CatalogEditor(CatalogColumns source)
{
    private readonly ItemDirectory.Writer _directory = source.Directory.Edit();
    private readonly GrowingIndex<ulong>.Writer _facets = source.Facets.Edit();
    private readonly ChunkedColumn<string>.Writer _facetNames = source.FacetNames.Edit();
    private readonly ChunkedColumn<int[]>.Writer _postings = source.Postings.Edit();
    private readonly ChunkedColumn<ProductFacts?>.Writer _facts = source.Facts.Edit();
    private readonly ChunkedColumn<ItemFacets?>.Writer _itemFacets = source.ItemFacets.Edit();
    private readonly ChunkedColumn<ItemRow>.Writer _rows = source.Rows.Edit();
    private readonly ChunkedColumn<int>.Writer _tasteParts = source.TasteParts.Edit();
    private readonly ChunkedColumn<ItemSentiment>.Writer _sentiment = source.Sentiment.Edit();

    private readonly ChunkedColumn<PurchaseRhythm>.Writer _rhythms = source.Rhythms.Edit();
    private readonly ChunkedColumn<PurchaseRhythm>.Writer _categoryRhythms = source.CategoryRhythms.Edit();

    private readonly HashSet<int> _listingChanged = [];
    private readonly HashSet<int> _feelingChanged = [];
    private readonly HashSet<int> _popularityChanged = [];
    private readonly HashSet<int> _repriced = [];
    // By facet, which products came to it and which left.
    private readonly Dictionary<int, Dictionary<int, bool>> _postingEdits = [];
    private readonly HashSet<int> _contents = [];
    private readonly HashSet<int> _roots = [];
    private int _listed = source.ListedCount;
    private int _buyable = source.InStockCount;
    private int _items = source.Directory.Count;

    public void Remove(ImmutableArray<string> ids)
    {
        foreach (var id in ids)
        {
            if (source.Directory.TryFind(id, out var item) && _facts.Peek(item) is { } facts)
            {
                Unlist(item, facts);
                _facts.Set(item, null);
                _itemFacets.Set(item, null);
                ref var row = ref RowOf(item);
                row.Listed = false;
                row.InStock = false;
                row.Facets = default;
                _listingChanged.Add(item);
            }
        }
    }

    public void Upsert(ImmutableArray<ProductFacts> upserted)
    {
        foreach (var facts in upserted)
        {
            var item = Intern(facts.ProductId);
            var before = _facts.Peek(item);
            if (before is not null && IsSameThing(before, facts))
            {
                Restate(item, before, facts);
            }
            else
            {
                if (before is not null)
                {
                    Unlist(item, before);
                }

                List(item, facts);
                _contents.Add(item);
            }

            _listingChanged.Add(item);
        }
    }

    public void SetSentiments(ImmutableArray<KeyValuePair<string, ItemSentiment>> sentiments)
    {
        foreach (var (id, sentiment) in sentiments)
        {
            var item = Intern(id);
            _sentiment.Set(item, sentiment);
            _feelingChanged.Add(item);
        }
    }

    public void SetPopularities(ImmutableArray<KeyValuePair<string, ItemPopularity>> popularities)
    {
        foreach (var (id, popularity) in popularities)
        {
            var item = Intern(id);
            ref var row = ref RowOf(item);
            popularity.BySegment.CopyTo(row.Popularity);
            row.Trend = popularity.Trend;
            SetRhythm(item, popularity.Rhythm);
            _popularityChanged.Add(item);
        }
    }

    /// <summary>The products that are new, or something else than they were.</summary>
    public IReadOnlyCollection<int> Contents => _contents;

    /// <summary>The root categories below which a product came, left or is something else than it was; −1 for those without a category.</summary>
    public IReadOnlyCollection<int> ChangedRoots => _roots;

    /// <summary>The next version.</summary>
    public CatalogColumns Finish()
    {
        foreach (var (facet, edits) in _postingEdits)
        {
            _postings.Set(facet, Edited(PostingMembers(facet), edits));
        }

        foreach (var category in _repriced)
        {
            RankPrices(category);
        }

        _feelingChanged.UnionWith(_listingChanged);
        _popularityChanged.UnionWith(_listingChanged);
        foreach (var item in _feelingChanged.Union(_popularityChanged))
        {
            FillFeatures(item);
        }

        return WithLists(source with
        {
            Directory = _directory.Finish(),
            Facets = _facets.Finish(),
            FacetNames = _facetNames.Finish(),
            Postings = _postings.Finish(),
            Facts = _facts.Finish(),
            ItemFacets = _itemFacets.Finish(),
            Rows = _rows.Finish(),
            TasteParts = _tasteParts.Finish(),
            Sentiment = _sentiment.Finish(),
            Rhythms = _rhythms.Finish(),
            CategoryRhythms = _categoryRhythms.Finish(),
            ListedCount = _listed,
            InStockCount = _buyable,
        });
    }

    private CatalogColumns WithLists(CatalogColumns next)
    {
        var popular = ImmutableArray.CreateBuilder<RankedList>(ShopperSegments.Count);
        for (var segment = 0; segment < ShopperSegments.Count; segment++)
        {
            popular.Add(source.Popular[segment].With(new PopularityScore(next, segment), _items, _popularityChanged));
        }

        return next with
        {
            Popular = popular.MoveToImmutable(),
            Trending = source.Trending.With(new TrendScore(next), _items, _popularityChanged),
            Favoured = source.Favoured.With(new FavourScore(next), _items, _feelingChanged),
            Newest = source.Newest.With(new NewnessScore(next), _items, _listingChanged),
        };
    }

    /// <summary>Gives an id a number, and the number a row in every column.</summary>
    private int Intern(string id)
    {
        var item = _directory.Intern(id);
        if (item >= _items)
        {
            _items = item + 1;
            _facts.Row(item);
            _itemFacets.Row(item);
            RowOf(item).Content = ItemContent.None;
            _tasteParts.Row(item);
            _sentiment.Row(item);
        }

        return item;
    }

    /// <summary>A row to write to.</summary>
    private ref ItemRow RowOf(int item) => ref _rows.Row(item)[0];

    /// <summary>A row as it is now, to read.</summary>
    private ref readonly ItemRow Peek(int item) => ref _rows.PeekRow(item)[0];

    private static bool IsSameThing(ProductFacts a, ProductFacts b) =>
        a.Brand == b.Brand
        && a.CategoryPath.AsSpan().SequenceEqual(b.CategoryPath.AsSpan())
        && a.Attributes.AsSpan().SequenceEqual(b.Attributes.AsSpan());

    /// <summary>Takes in what may change of a product every hour: its price, its stock, its title.</summary>
    private void Restate(int item, ProductFacts before, ProductFacts facts)
    {
        _facts.Set(item, facts with { PriceRank = before.PriceRank });
        SetOffer(ref RowOf(item), facts);
        _buyable += (facts.InStock ? 1 : 0) - (before.InStock ? 1 : 0);
        if (facts.Price != before.Price && _itemFacets.Peek(item) is { } facets)
        {
            _repriced.Add(facets.Category);
        }
    }

    private void SetRhythm(int item, PurchaseRhythm rhythm)
    {
        var before = _rhythms.Peek(item);
        if (before != rhythm)
        {
            _rhythms.Set(item, rhythm);
            AddToCategory(item, rhythm - before);
        }
    }

    /// <summary>Adds to what is known of the category that a listed product is in.</summary>
    private void AddToCategory(int item, PurchaseRhythm difference)
    {
        if (difference != PurchaseRhythm.None && _itemFacets.Peek(item) is { Category: >= 0 and var category })
        {
            _categoryRhythms.Set(category, _categoryRhythms.Peek(category) + difference);
        }
    }

    private void List(int item, ProductFacts facts)
    {
        var facets = new ItemFacets(
            [.. facts.CategoryFacets.Select(InternFacet)],
            facts.BrandFacet is { } brand ? InternFacet(brand) : -1,
            [.. facts.AttributeFacets.Select(InternFacet)]);
        _facts.Set(item, facts);
        _itemFacets.Set(item, facets);
        AddToCategory(item, _rhythms.Peek(item));
        ref var row = ref RowOf(item);
        SetOffer(ref row, facts);
        row.Listed = true;
        row.Content = ContentOf(facts, facets);
        _roots.Add(row.Content.Root);
        row.Facets = FacetNumbers.Of(facets);
        TasteParts.Fill(facets, 0.5f, _tasteParts.Row(item));
        foreach (var facet in Posted(facets))
        {
            EditsOf(facet)[item] = true;
        }

        _repriced.Add(facets.Category);
        _listed++;
        _buyable += facts.InStock ? 1 : 0;
    }

    private static void SetOffer(ref ItemRow row, ProductFacts facts)
    {
        row.Price = (float)facts.Price;
        row.InStock = facts.InStock;
        row.OfflineScore = OfflineScores.FeatureOf(facts.OfflineScore);
        row.LaunchedAt = facts.LaunchedAt.UtcTicks;
    }

    private void Unlist(int item, ProductFacts facts)
    {
        _roots.Add(Peek(item).Content.Root);
        AddToCategory(item, PurchaseRhythm.None - _rhythms.Peek(item));
        if (_itemFacets.Peek(item) is { } facets)
        {
            foreach (var facet in Posted(facets))
            {
                EditsOf(facet)[item] = false;
            }

            _repriced.Add(facets.Category);
        }

        _listed--;
        _buyable -= facts.InStock ? 1 : 0;
    }

    private int InternFacet(FacetKey key)
    {
        var facet = _facets.Intern(key.Hash);
        if (_facetNames.Peek(facet) is null)
        {
            _facetNames.Set(facet, key.Name);
            _postings.Set(facet, []);
        }

        return facet;
    }

    /// <summary>The facets by which products are found: categories and brand.</summary>
    private static IEnumerable<int> Posted(ItemFacets facets) => facets.Brand < 0 ? facets.Categories : facets.Categories.Append(facets.Brand);

    private Dictionary<int, bool> EditsOf(int facet)
    {
        if (!_postingEdits.TryGetValue(facet, out var edits))
        {
            _postingEdits.Add(facet, edits = []);
        }

        return edits;
    }

    /// <summary>A posting after products came and left, in order: one pass, for it may be as long as the catalogue.</summary>
    private static int[] Edited(int[] posting, Dictionary<int, bool> edits)
    {
        int[] changed = [.. edits.Keys.Order()];
        var (edited, count, from) = (new int[posting.Length + changed.Length], 0, 0);
        foreach (var item in changed)
        {
            var place = Array.BinarySearch(posting, from, posting.Length - from, item);
            var (to, next) = place >= 0 ? (place, place + 1) : (~place, ~place);
            posting.AsSpan(from, to - from).CopyTo(edited.AsSpan(count));
            (count, from) = (count + to - from, next);
            if (edits[item])
            {
                edited[count++] = item;
            }
        }

        posting.AsSpan(from).CopyTo(edited.AsSpan(count));
        return edited[..(count + posting.Length - from)];
    }

    private static ItemContent ContentOf(ProductFacts facts, ItemFacets facets)
    {
        var attributes = 0UL;
        foreach (var attribute in facts.AttributeFacets)
        {
            attributes |= 1UL << (int)(attribute.Hash & 63);
        }

        var (category, parent, root) = facets.Categories switch
        {
            [] => (-1, -1, -1),
            [var only] => (only, only, only),
            [var top, .., var above, var deepest] => (deepest, above, top),
            [var top, var deepest] => (deepest, top, top),
        };
        return new ItemContent(category, parent, root, facets.Brand, 0.5f, attributes);
    }

    /// <summary>Works out where each price stands among those of its category, ties counted half.</summary>
    private void RankPrices(int category)
    {
        int[] members = category < 0 ? [] : [.. PostingMembers(category).Where(item => _itemFacets.Peek(item)?.Category == category)];
        Array.Sort(Array.ConvertAll(members, PriceOf), members);
        for (int first = 0, next; first < members.Length; first = next)
        {
            next = first + 1;
            while (next < members.Length && PriceOf(members[next]).Equals(PriceOf(members[first])))
            {
                next++;
            }

            var rank = (first + ((next - first) / 2f)) / members.Length;
            for (var i = first; i < next; i++)
            {
                SetRank(members[i], rank);
            }
        }
    }

    private float PriceOf(int item) => Peek(item).Price;

    private int[] PostingMembers(int facet) => _postings.Peek(facet) ?? [];

    private void SetRank(int item, float rank)
    {
        if (_facts.Peek(item) is not { } facts)
        {
            return;
        }

        // A neighbour that came or went moves a rank by next to nothing: not worth a copy of every row of the category.
        if (!(Math.Abs(facts.PriceRank - rank) < 0.005f))
        {
            facts = facts with { PriceRank = rank };
            _facts.Set(item, facts);
            _feelingChanged.Add(item);
        }

        if (!Peek(item).Content.PriceRank.Equals(facts.PriceRank))
        {
            ref var row = ref RowOf(item);
            row.Content = row.Content with { PriceRank = facts.PriceRank };
        }

        var band = TasteParts.PriceBand(facts.PriceRank);
        if (_tasteParts.PeekRow(item)[TasteParts.PriceSlot] != band)
        {
            _tasteParts.Row(item)[TasteParts.PriceSlot] = band;
        }
    }

    private void FillFeatures(int item)
    {
        if (_facts.Peek(item) is not { } facts)
        {
            return;
        }

        var sentiment = _sentiment.Peek(item);
        Span<float> features = stackalloc float[FeatureSchema.StaticCount];
        features[(int)ItemFeature.Bias] = 1;
        features[(int)ItemFeature.Sentiment] = FeatureGrid.Snap(sentiment.Mean);
        features[(int)ItemFeature.SentimentDoubt] = FeatureGrid.Snap(sentiment.Weight > 0 ? Math.Min(1, sentiment.StandardDeviation) : 1);
        features[(int)ItemFeature.SentimentTrend] = FeatureGrid.Snap(Math.Clamp(sentiment.Trend, -1, 1));
        features[(int)ItemFeature.Price] = FeatureGrid.Snap((2 * facts.PriceRank) - 1);
        features[(int)ItemFeature.Margin] = FeatureGrid.Snap((float)facts.MarginRate);
        features[(int)ItemFeature.Popularity] = FeatureGrid.Snap(Peek(item).Popularity[(int)ShopperSegment.Everyone]);

        // One more feeling among many seldom moves a feature on the grid, and writing copies the rows around it.
        if (!features.SequenceEqual(Peek(item).Features))
        {
            features.CopyTo(RowOf(item).Features);
        }
    }

    private readonly struct PopularityScore(CatalogColumns columns, int segment) : IItemScore
    {
        public float Of(int item) => Listed(columns, item) && columns.Rows[item].Popularity[segment] is > 0 and var score ? score : float.NegativeInfinity;
    }

    private readonly struct TrendScore(CatalogColumns columns) : IItemScore
    {
        public float Of(int item) => Listed(columns, item) && columns.Rows[item].Trend is > 0 and var score ? score : float.NegativeInfinity;
    }

    private readonly struct FavourScore(CatalogColumns columns) : IItemScore
    {
        public float Of(int item) =>
            Listed(columns, item) && columns.Sentiment[item] is { Weight: > 0 } sentiment ? sentiment.LowerBound : float.NegativeInfinity;
    }

    private readonly struct NewnessScore(CatalogColumns columns) : IItemScore
    {
        // Seconds since the year 2000 in float32 are good to half a minute: enough to order launches.
        private static readonly long s_origin = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

        public float Of(int item) =>
            Listed(columns, item) ? (columns.Rows[item].LaunchedAt - s_origin) / (float)TimeSpan.TicksPerSecond : float.NegativeInfinity;
    }

    private static bool Listed(CatalogColumns columns, int item) => columns.Rows[item].Listed;
}
