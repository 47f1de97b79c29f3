using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>A product's facets where its row has them: categories root first, then the brand, then attributes.</summary>
internal struct FacetNumbers
{
    /// <summary>As many as most products have. The facets of those with more are looked up.</summary>
    public const int Capacity = 12;

    private Values _values;
    private byte _categories;
    private byte _count;

    /// <summary>Whether there are more than there is room for: then it has none.</summary>
    public bool TooMany { get; private set; }

    [UnscopedRef]
    public readonly ReadOnlySpan<int> Categories => ((ReadOnlySpan<int>)_values)[.._categories];

    /// <summary>The brand; −1 for none.</summary>
    public readonly int Brand => _count > 0 ? _values[_categories] : -1;

    [UnscopedRef]
    public readonly ReadOnlySpan<int> Attributes => _count > 0 ? ((ReadOnlySpan<int>)_values)[(_categories + 1).._count] : [];

    /// <summary>The numbers of some facets.</summary>
    public static FacetNumbers Of(ItemFacets facets)
    {
        var numbers = default(FacetNumbers);
        var count = facets.Categories.Length + 1 + facets.Attributes.Length;
        if (count > Capacity)
        {
            numbers.TooMany = true;
            return numbers;
        }

        numbers._categories = (byte)facets.Categories.Length;
        numbers._count = (byte)count;
        Span<int> values = numbers._values;
        facets.Categories.CopyTo(values);
        values[facets.Categories.Length] = facets.Brand;
        facets.Attributes.CopyTo(values[(facets.Categories.Length + 1)..]);
        return numbers;
    }

    [InlineArray(Capacity)]
    private struct Values
    {
        private int _first;
    }
}
