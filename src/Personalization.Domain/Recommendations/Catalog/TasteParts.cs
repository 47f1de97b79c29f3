namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// A product as the sum of parts that a shopper may like or not: its price band, deepest category, the one above, brand and
/// attributes, as numbers in one dense space. A row of them is all that scoring a product for a shopper reads.
/// </summary>
internal static class TasteParts
{
    /// <summary>Parts per product; what a product does not have is <see cref="Nothing"/>.</summary>
    public const int PerItem = 12;

    /// <summary>The part that is none: nobody likes or dislikes it.</summary>
    public const int Nothing = 0;

    /// <summary>Where in a row the price band is, …</summary>
    public const int PriceSlot = 0;

    /// <summary>… the deepest category, …</summary>
    public const int CategorySlot = 1;

    /// <summary>… the one above, …</summary>
    public const int ParentSlot = 2;

    /// <summary>… the brand, …</summary>
    public const int BrandSlot = 3;

    /// <summary>… and from where on the attributes, as many as there is room for.</summary>
    public const int AttributeSlot = 4;

    /// <summary>Into how many bands the prices of a category are told apart.</summary>
    public const int PriceBands = 5;

    private const int FirstFacet = 1 + PriceBands;

    /// <summary>How many parts there are with so many facets.</summary>
    public static int Count(int facets) => FirstFacet + facets;

    /// <summary>The part of a facet; <see cref="Nothing"/> for none.</summary>
    public static int OfFacet(int facet) => facet < 0 ? Nothing : FirstFacet + facet;

    /// <summary>The facet of a part; −1 for a part that is none.</summary>
    public static int ToFacet(int part) => part < FirstFacet ? -1 : part - FirstFacet;

    /// <summary>The part of a place in the price range, [0, 1].</summary>
    public static int PriceBand(float rank) => 1 + Math.Clamp((int)(rank * PriceBands), 0, PriceBands - 1);

    /// <summary>Fills in a product's row.</summary>
    public static void Fill(ItemFacets facets, float priceRank, Span<int> row)
    {
        row.Clear();
        row[PriceSlot] = PriceBand(priceRank);
        row[CategorySlot] = OfFacet(facets.Category);
        row[ParentSlot] = facets.Categories is [.., var above, _] ? OfFacet(above) : Nothing;
        row[BrandSlot] = OfFacet(facets.Brand);
        for (var i = 0; i < Math.Min(facets.Attributes.Length, PerItem - AttributeSlot); i++)
        {
            row[AttributeSlot + i] = OfFacet(facets.Attributes[i]);
        }
    }
}
