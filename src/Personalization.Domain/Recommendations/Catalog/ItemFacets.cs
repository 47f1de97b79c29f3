namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>A product's facets by their numbers in the catalogue.</summary>
/// <param name="Categories">The categories, root first.</param>
/// <param name="Brand">The brand; −1 for none.</param>
/// <param name="Attributes">The attributes.</param>
internal sealed record ItemFacets(int[] Categories, int Brand, int[] Attributes)
{
    /// <summary>The deepest category; −1 for none.</summary>
    public int Category => Categories is [.., var deepest] ? deepest : -1;
}
