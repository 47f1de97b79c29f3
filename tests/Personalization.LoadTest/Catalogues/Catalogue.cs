namespace Personalization.LoadTest.Catalogues;

/// <summary>The generated shop.</summary>
internal sealed class Catalogue
{
    private readonly Dictionary<string, Item> _byId;

    public Catalogue(Item[] items, string[] brands)
    {
        Items = items;
        Brands = brands;
        _byId = items.ToDictionary(item => item.ProductId, StringComparer.Ordinal);
        ByFamily = [.. Enumerable.Range(0, Family.All.Count).Select(f => items.Where(item => item.FamilyIndex == f).ToArray())];
    }

    public Item[] Items { get; }

    public string[] Brands { get; }

    /// <summary>The items of each family, in the order of <see cref="Family.All"/>.</summary>
    public Item[][] ByFamily { get; }

    /// <summary>The item of this id; null when the shop has none.</summary>
    public Item? Find(string productId) => _byId.GetValueOrDefault(productId);
}
