using Personalization.Domain.Products;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>A filter whose names have been turned into the catalogue's numbers.</summary>
internal readonly ref struct CompiledFilter
{
    private readonly CatalogColumns _columns;
    private readonly ChunkedColumn<ItemRow> _rows;
    private readonly ReadOnlySpan<int> _brands;
    private readonly ReadOnlySpan<int> _categories;
    private readonly float _minPrice;
    private readonly float _maxPrice;
    private readonly bool _inStockOnly;
    private readonly bool _brandsAsked;
    private readonly bool _categoriesAsked;

    private CompiledFilter(CatalogSnapshot catalog, ItemFilter filter, ReadOnlySpan<int> brands, ReadOnlySpan<int> categories)
    {
        _columns = catalog.Columns;
        _rows = _columns.Rows;
        _brands = brands;
        _categories = categories;
        _brandsAsked = filter.Brands.Length > 0;
        _categoriesAsked = filter.Categories.Length > 0;
        // Prices are compared in float32, as the column holds them: the bounds are rounded the same way.
        _minPrice = (float)(filter.MinPrice ?? double.NegativeInfinity);
        _maxPrice = (float)(filter.MaxPrice ?? double.PositiveInfinity);
        _inStockOnly = filter.InStockOnly;
        PostingsOnly = _brandsAsked || _categoriesAsked;
    }

    /// <summary>Whether everything that passes is in the postings of the facets asked for.</summary>
    public bool PostingsOnly { get; }

    /// <summary>Whether anything but stock is asked for.</summary>
    public bool IsSelective => PostingsOnly || _minPrice > float.NegativeInfinity || _maxPrice < float.PositiveInfinity;

    /// <summary>The facets whose postings hold everything that passes: brands when they were asked for, else categories.</summary>
    public ReadOnlySpan<int> Facets => _brandsAsked ? _brands : _categories;

    /// <summary>Lets everything that is listed pass.</summary>
    public static CompiledFilter Everything(CatalogSnapshot catalog) =>
        new(catalog, ItemFilter.Default with { InStockOnly = false }, [], []);

    /// <summary>Compiles a filter. Names the catalogue does not know match nothing.</summary>
    public static CompiledFilter Compile(CatalogSnapshot catalog, ItemFilter filter)
    {
        if (filter.Brands.Length + filter.Categories.Length == 0)
        {
            return new(catalog, filter, [], []);
        }

        var brands = filter.Brands.IsEmpty ? [] : new List<int>();
        foreach (var name in filter.Brands)
        {
            if (catalog.Columns.Facets.TryFind(FacetKey.Brand(name).Hash, out var facet))
            {
                brands.Add(facet);
            }
        }

        var categories = filter.Categories.IsEmpty ? [] : new List<int>();
        foreach (var name in filter.Categories)
        {
            if (catalog.Columns.Facets.TryFind(FacetKey.Of(FacetKind.Category, name).Hash, out var facet))
            {
                categories.Add(facet);
            }
        }

        return new(catalog, filter, brands.ToArray(), categories.ToArray());
    }

    /// <summary>Whether a product may be shown.</summary>
    public bool Passes(int item)
    {
        ref readonly var row = ref _rows[item];
        if (!(_inStockOnly ? row.InStock : row.Listed) || row.Price < _minPrice || row.Price > _maxPrice)
        {
            return false;
        }

        return !PostingsOnly || PassesFacets(_columns.ItemFacets[item]);
    }

    private bool PassesFacets(ItemFacets? facets)
    {
        if (facets is null || (_brandsAsked && !_brands.Contains(facets.Brand)))
        {
            return false;
        }

        if (!_categoriesAsked)
        {
            return true;
        }

        foreach (var category in facets.Categories)
        {
            if (_categories.Contains(category))
            {
                return true;
            }
        }

        return false;
    }
}
