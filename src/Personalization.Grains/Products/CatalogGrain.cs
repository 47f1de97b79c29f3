using System.Runtime.InteropServices;
using Orleans.Concurrency;
using Personalization.Domain.Storage;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Products;

/// <summary>Holds the catalogue, gives its versions, and tells the silos of changes.</summary>
[KeepAlive]
public sealed class CatalogGrain(IDocumentStore documents) : Grain, ICatalogGrain
{
    /// <summary>The collection that the products are in.</summary>
    public const string Collection = "catalog";

    private const int PageSize = 1000;
    // What one answer to a silo holds, about: a whole large catalogue at once would be one very large message.
    private const int ChangesAtOnce = 5000;

    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    // In ordinal order: pages of a list go by it.
    private readonly List<string> _ids = [];
    // Which product was changed with which version, oldest first; entries of products that were changed again since are left in
    // until there are many of them. What is new since a version is then found without looking at everything else.
    private readonly List<(long Version, string ProductId)> _history = [];
    private SnapshotPublisher? _news;
    private long _version;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var after = string.Empty;
        while (true)
        {
            var page = await documents.ScanAsync(Collection, after, PageSize, cancellationToken);
            foreach (var document in page)
            {
                var (product, version) = ProductDocument.Read(document.Body.Span);
                _rows[product.ProductId] = new Row(product, version);
                _ids.Add(product.ProductId);
                _version = Math.Max(_version, version);
            }

            if (page.Count < PageSize)
            {
                break;
            }

            after = page[^1].Key;
        }

        _ids.Sort(StringComparer.Ordinal);
        _history.AddRange(_rows.Select(static r => (r.Value.Version, r.Key)).OrderBy(static h => h.Version));
        _news = new SnapshotPublisher(this, SnapshotKind.Catalog);
    }

    /// <inheritdoc/>
    public async Task<long> Upsert(ProductMessage[] products)
    {
        if (products.Length == 0)
        {
            return _version;
        }

        var version = _version + 1;
        var writes = Array.ConvertAll(products, p => new DocumentWrite(p.ProductId, ProductDocument.Write(p, version)));
        await documents.PutAsync(Collection, writes, CancellationToken.None);
        var added = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var product in products)
        {
            if (!_rows.ContainsKey(product.ProductId))
            {
                added.Add(product.ProductId);
            }

            _rows[product.ProductId] = new Row(product, version);
            _history.Add((version, product.ProductId));
        }

        Insert(_ids, [.. added]);
        ForgetOutdated();
        _version = version;
        _news!.Changed(version);
        return version;
    }

    /// <inheritdoc/>
    public Task<ProductMessage?> Get(string productId) =>
        Task.FromResult(_rows.TryGetValue(productId, out var row) ? row.Product : null);

    /// <inheritdoc/>
    public Task<ProductPage> List(ProductQuery query)
    {
        var start = query.AfterProductId.Length == 0 ? 0 : _ids.BinarySearch(query.AfterProductId, StringComparer.Ordinal);
        start = start >= 0 ? start + (query.AfterProductId.Length == 0 ? 0 : 1) : ~start;

        var found = new List<ProductMessage>(query.PageSize);
        var hasMore = false;
        for (var i = start; i < _ids.Count; i++)
        {
            var product = _rows[_ids[i]].Product;
            if (!Matches(product, query))
            {
                continue;
            }

            if (found.Count == query.PageSize)
            {
                hasMore = true;
                break;
            }

            found.Add(product);
        }

        return Task.FromResult(new ProductPage([.. found], hasMore, _ids.Count));
    }

    /// <inheritdoc/>
    public Task<CatalogChanges> GetChanges(long sinceVersion)
    {
        if (sinceVersion >= _version)
        {
            return Task.FromResult(new CatalogChanges(_version, _version, []));
        }

        // Whole versions only: a version that were cut in two could not be asked for again.
        var changed = new List<ProductMessage>();
        var upTo = sinceVersion;
        for (var i = FirstAfter(sinceVersion); i < _history.Count; i++)
        {
            var (version, id) = _history[i];
            if (version != upTo)
            {
                if (changed.Count >= ChangesAtOnce)
                {
                    return Task.FromResult(new CatalogChanges(upTo, _version, [.. changed]));
                }

                upTo = version;
            }

            var row = _rows[id];
            if (row.Version == version)
            {
                changed.Add(row.Product);
            }
        }

        return Task.FromResult(new CatalogChanges(_version, _version, [.. changed]));
    }

    /// <summary>Where the history of what came after a version begins.</summary>
    private int FirstAfter(long version)
    {
        var (low, high) = (0, _history.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _history[middle].Version > version ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>Drops the history of products that were changed again since, once it is as long as the catalogue.</summary>
    private void ForgetOutdated()
    {
        if (_history.Count > (2 * _rows.Count) + ChangesAtOnce)
        {
            _history.RemoveAll(h => _rows[h.ProductId].Version != h.Version);
        }
    }

    /// <summary>Puts ids into a sorted list. What follows them is moved once, however many they are.</summary>
    /// <param name="ids">Sorted.</param>
    /// <param name="added">Sorted, none of them in the list.</param>
    private static void Insert(List<string> ids, string[] added)
    {
        var end = ids.Count;
        CollectionsMarshal.SetCount(ids, end + added.Length);
        var all = CollectionsMarshal.AsSpan(ids);
        for (var i = added.Length - 1; i >= 0; i--)
        {
            var place = ~all[..end].BinarySearch(added[i], StringComparer.Ordinal);
            all[place..end].CopyTo(all[(place + i + 1)..]);
            all[place + i] = added[i];
            end = place;
        }
    }

    private static bool Matches(ProductMessage product, ProductQuery query)
    {
        if (query.Brand.Length > 0 && !string.Equals(product.Brand, query.Brand, StringComparison.Ordinal))
        {
            return false;
        }

        if (query.Category.Length == 0)
        {
            return true;
        }

        var path = string.Join('/', product.CategoryPath);
        return path.StartsWith(query.Category, StringComparison.Ordinal)
            && (path.Length == query.Category.Length || path[query.Category.Length] == '/');
    }

    private readonly record struct Row(ProductMessage Product, long Version);
}
