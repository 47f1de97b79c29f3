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
    private readonly ReadOnlySpan<int> _keptOut;
    private readonly float _minPrice;
    private readonly float _maxPrice;
    private readonly bool _inStockOnly;
    private readonly bool _brandsAsked;
    private readonly bool _categoriesAsked;

    private CompiledFilter(
        CatalogSnapshot catalog, ItemFilter filter, ReadOnlySpan<int> brands, ReadOnlySpan<int> categories, ReadOnlySpan<int> keptOut)
    {
        _keptOut = keptOut;
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
    public bool IsSelective => PostingsOnly || _keptOut.Length > 0 || _minPrice > float.NegativeInfinity || _maxPrice < float.PositiveInfinity;

    /// <summary>The facets whose postings hold everything that passes: brands when they were asked for, else categories.</summary>
    public ReadOnlySpan<int> Facets => _brandsAsked ? _brands : _categories;

    /// <summary>Lets everything that is listed pass.</summary>
    public static CompiledFilter Everything(CatalogSnapshot catalog) =>
        new(catalog, ItemFilter.Default with { InStockOnly = false }, [], [], []);

    /// <summary>Compiles a filter. Names the catalogue does not know match nothing.</summary>
    /// <param name="catalog">The catalogue.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="rules">Those that keep out what has a facet are applied as well.</param>
    public static CompiledFilter Compile(CatalogSnapshot catalog, ItemFilter filter, ReadOnlySpan<RankingRule> rules)
    {
        var keptOut = rules.IsEmpty ? [] : KeptOut(catalog, rules);
        if (filter.Brands.Length + filter.Categories.Length == 0)
        {
            return new(catalog, filter, [], [], keptOut);
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

        return new(catalog, filter, brands.ToArray(), categories.ToArray(), keptOut);
    }

    private static int[] KeptOut(CatalogSnapshot catalog, ReadOnlySpan<RankingRule> rules)
    {
        var facets = new List<int>();
        foreach (var rule in rules)
        {
            if (rule.Excludes && rule.ProductId.Length == 0 && catalog.Columns.Facets.TryFind(rule.Facet.Hash, out var facet))
            {
                facets.Add(facet);
            }
        }

        return [.. facets];
    }

    /// <summary>Whether a product may be shown.</summary>
    public bool Passes(int item)
    {
        ref readonly var row = ref _rows[item];
        if (!(_inStockOnly ? row.InStock : row.Listed) || row.Price < _minPrice || row.Price > _maxPrice)
        {
            return false;
        }

        return (_keptOut.IsEmpty || !IsKeptOut(_columns.ItemFacets[item])) && (!PostingsOnly || PassesFacets(_columns.ItemFacets[item]));
    }

    private bool IsKeptOut(ItemFacets? facets)
    {
        if (facets is null)
        {
            return false;
        }

        foreach (var facet in _keptOut)
        {
            if (facets.Brand == facet || facets.Categories.Contains(facet) || facets.Attributes.Contains(facet))
            {
                return true;
            }
        }

        return false;
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
