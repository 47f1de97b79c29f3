using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Products;

/// <summary>One facet of a product, with the hash by which profiles and snapshots find it without comparing text.</summary>
/// <remarks>
/// The hash is taken as the facet's identity. It has 64 bits and a salt per kind, so that two facets among a million share
/// one with a chance of about 10⁻⁸; they would then be felt about alike, and nothing else would go wrong.
/// </remarks>
public readonly record struct FacetKey
{
    private FacetKey(FacetKind kind, string name, ulong hash)
    {
        Kind = kind;
        Name = name;
        Hash = hash;
    }

    /// <summary>What kind of facet it is.</summary>
    public FacetKind Kind { get; }

    /// <summary>
    /// The facet's name: a category's names from the root joined by a slash (<c>skincare/serums</c>), a brand, or an
    /// attribute's name and value joined by a colon (<c>finish:matte</c>).
    /// </summary>
    public string Name { get; }

    /// <summary>The identity: <see cref="StableHash"/> of the name, salted by the kind. The same in every process and version.</summary>
    public ulong Hash { get; }

    /// <summary>A key of any kind by its name.</summary>
    public static FacetKey Of(FacetKind kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new FacetKey(kind, name, StableHash.Of(name, (ulong)kind));
    }

    /// <summary>A brand's key.</summary>
    public static FacetKey Brand(string name) => Of(FacetKind.Brand, name);

    /// <summary>An attribute's key.</summary>
    public static FacetKey Attribute(string name, string value) => Of(FacetKind.Attribute, $"{name}:{value}");

    /// <summary>A category's key.</summary>
    /// <param name="path">The names from the root.</param>
    public static FacetKey Category(params ReadOnlySpan<string> path) => Of(FacetKind.Category, string.Join('/', path));
}
