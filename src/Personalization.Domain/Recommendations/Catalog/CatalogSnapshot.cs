using System.Collections.Immutable;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Features;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// The catalogue as one silo knows it: what products are, cost, feel like and how popular they are, in columns by product
/// number. Immutable: its host applies <see cref="With"/> and swaps the reference; readers keep what they hold.
/// </summary>
/// <remarks>
/// A change costs what it touches: columns are in chunks of 64 rows and share what is not written to, ranked lists look at
/// the changed products only. Safe for concurrent use.
/// </remarks>
public sealed class CatalogSnapshot
{
    private readonly CatalogColumns _columns;
    private readonly ContentNeighbours _neighbours;

    internal CatalogSnapshot(long version, long productsVersion, CatalogColumns columns, ContentNeighbours neighbours, ContentIndex contents)
    {
        Contents = contents;
        Version = version;
        ProductsVersion = productsVersion;
        _columns = columns;
        _neighbours = neighbours;
    }

    /// <summary>A catalogue without products, of version 0.</summary>
    public static CatalogSnapshot Empty { get; } = new(0, 0, CatalogColumns.Empty, ContentNeighbours.Empty, ContentIndex.Empty);

    /// <summary>Given by the host with each change; grows.</summary>
    public long Version { get; }

    /// <summary>The last version with which a product was changed, came or left: what is felt about products, and how popular they are, is not counted.</summary>
    public long ProductsVersion { get; }

    /// <summary>The numbers of the products.</summary>
    public ItemDirectory Directory => _columns.Directory;

    /// <summary>How many products are in the catalogue.</summary>
    public int ListedCount => _columns.ListedCount;

    /// <summary>How many of them can be bought now.</summary>
    public int InStockCount => _columns.InStockCount;

    internal CatalogColumns Columns => _columns;

    /// <summary>Where products that are alike are found in a large shop.</summary>
    internal ContentIndex Contents { get; }

    internal ContentNeighbours Neighbours => _neighbours;

    /// <summary>The next version.</summary>
    /// <param name="changes">What happened.</param>
    /// <param name="version">Its version, above <see cref="Version"/>.</param>
    public CatalogSnapshot With(CatalogChanges changes, long version)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(version, Version);
        var editor = new CatalogEditor(_columns);
        editor.Remove(changes.Removed);
        editor.Upsert(changes.Upserted);
        editor.SetSentiments(changes.Sentiments);
        editor.SetPopularities(changes.Popularities);
        var columns = editor.Finish();
        var neighbours = _neighbours.With(columns.Directory.Count, editor.ChangedRoots);
        var isSame = changes.Removed.Length + changes.Upserted.Length == 0;
        return new CatalogSnapshot(version, isSame ? ProductsVersion : version, columns, neighbours, Indexed(columns, editor.Contents));
    }

    /// <summary>The index of what is like what: none in a shop that is small enough to compare all.</summary>
    private ContentIndex Indexed(CatalogColumns columns, IReadOnlyCollection<int> changed) =>
        columns.Directory.Count <= ContentNeighbours.Compared ? ContentIndex.Empty
        : Contents.Count == 0 ? ContentIndex.Empty.With(columns.Rows, Enumerable.Range(0, columns.Directory.Count))
        : Contents.With(columns.Rows, changed);

    /// <summary>What the catalogue says about a product, its price rank worked out; null when it does not have it.</summary>
    public ProductFacts? Find(string productId) =>
        Directory.TryFind(productId, out var item) ? Facts(item) : null;

    /// <summary>What shoppers feel about a product; all 0 when nothing is known.</summary>
    public ItemSentiment SentimentOf(string productId) =>
        Directory.TryFind(productId, out var item) ? Sentiment(item) : default;

    internal bool IsListed(int item) => _columns.Rows[item].Listed;

    internal ProductFacts? Facts(int item) => _columns.Facts[item];

    internal ref readonly ItemContent Content(int item) => ref _columns.Rows[item].Content;

    internal ref readonly ItemSentiment Sentiment(int item) => ref _columns.Sentiment[item];

    /// <summary>Whether anything is known of what is bought again.</summary>
    internal bool HasRhythms => _columns.CategoryRhythms.Capacity > 0;

    /// <summary>How much a product that was bought so long ago is due again, [0, 1].</summary>
    internal double DueOf(int item, TimeSpan since) =>
        CategoryRhythmOf(item) is { } category ? _columns.Rhythms[item].Due(category, since) : 0;

    /// <summary>After how long a product is usually bought again; null when too little is known.</summary>
    internal TimeSpan? UsuallyBoughtAgainAfter(int item) =>
        CategoryRhythmOf(item) is { } category ? _columns.Rhythms[item].Typical(category) : null;

    private PurchaseRhythm? CategoryRhythmOf(int item) =>
        item < _columns.Rhythms.Capacity && _columns.ItemFacets[item] is { Category: >= 0 and var category } && category < _columns.CategoryRhythms.Capacity
            ? _columns.CategoryRhythms[category]
            : null;

    internal ReadOnlySpan<float> StaticFeatures(int item) => _columns.Rows[item].Features;

    /// <summary>The parts that a taste for a product is made up of: see <see cref="Catalog.TasteParts"/>.</summary>
    internal ReadOnlySpan<int> TasteParts(int item) => _columns.TasteParts.Row(item);

    /// <summary>The products with a facet, in order of their numbers; some may have left the catalogue since.</summary>
    internal ReadOnlySpan<int> Posting(int facet) => facet < 0 ? [] : _columns.Postings[facet];

    internal RankedList Popular(ShopperSegment segment) => _columns.Popular[(int)segment];

    internal RankedList Trending => _columns.Trending;

    internal RankedList Favoured => _columns.Favoured;

    internal RankedList Newest => _columns.Newest;
}
