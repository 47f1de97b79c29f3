using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Catalogues;

/// <summary>
/// Makes a beauty shop: brands with a price tier and a standard of quality, products with names, prices, margins and traits,
/// and the hidden truth about each. The same seed and size make the same shop.
/// </summary>
internal sealed class CatalogueGenerator
{
    private const double OutOfStockShare = 0.03;
    private const double NewShare = 0.06;
    private static readonly string[] NameStarts =
        ["Lu", "Ve", "Ma", "Sol", "Nor", "Ael", "Bri", "Cy", "Dahl", "Fen", "Hal", "Iv", "Jun", "Kal", "Mir", "Or", "Pell", "Ros", "Tal", "Win"];

    private static readonly string[] NameEnds =
        ["ena", "ora", "ique", "ea", "wyn", "ette", "is", "ando", "elle", "a Lab", "ine", "um", "io", "ara", "wood", " & Co", "ova", "isse"];

    private static readonly string[] LineNames =
        [
            "Calm", "Velvet", "Halo", "Daily", "Pure", "Bare", "Silk", "Cloud", "Night", "Ultra", "Soft", "Fresh", "Glow", "Deep", "Clear",
            "Wild", "Studio", "Quiet", "Bright", "First", "Gentle", "Bold", "Satin", "Morning", "Urban", "Botanic", "Zero", "Signature",
        ];

    private readonly Rng _rng;
    private readonly Brand[] _brands;

    private CatalogueGenerator(int seed, int products)
    {
        _rng = Rng.For(seed, "catalogue");
        _brands = MakeBrands(Math.Clamp(products / 30, 8, 140));
    }

    /// <summary>Makes a shop.</summary>
    /// <param name="seed">The same seed, the same shop.</param>
    /// <param name="products">How many products.</param>
    public static Catalogue Make(int seed, int products)
    {
        var generator = new CatalogueGenerator(seed, products);
        var items = new Item[products];
        var titles = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < products; i++)
        {
            items[i] = generator.MakeItem(i, titles);
        }

        return new Catalogue(items, [.. generator._brands.Select(b => b.Name)]);
    }

    private Brand[] MakeBrands(int count)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (names.Count < count)
        {
            names.Add(_rng.Pick(NameStarts) + _rng.Pick(NameEnds));
        }

        // Some brands make everything, most keep to a department or two.
        return [.. names.Select(name => new Brand(
            name,
            Tier: _rng.NextDouble(),
            Standard: _rng.Normal(0, 0.28),
            Departments: [.. Departments.Where(_ => _rng.Chance(0.45)).DefaultIfEmpty(_rng.Pick(Departments))]))];
    }

    private static readonly string[] Departments = [.. Family.All.Select(f => f.Department).Distinct()];

    private Item MakeItem(int index, HashSet<string> titles)
    {
        // Every family gets its share first; the rest falls where it may.
        var family = index < Family.All.Count * 2 ? index % Family.All.Count : _rng.Next(Family.All.Count);
        var kind = Family.All[family];
        var brand = PickBrand(kind.Department);
        var traits = kind.Traits.Select(t => TraitValues.NumberOf(t, SkewedPick(TraitValues.CountOf(t)))).ToArray();
        var noun = _rng.Pick(kind.Nouns);
        var level = Math.Clamp(_brands[brand].Tier + _rng.Normal(0, 0.15), 0, 1);
        var price = Math.Floor(kind.PriceFrom * Math.Pow(kind.PriceTo / kind.PriceFrom, level)) + (_rng.Chance(0.6) ? 0.99 : 0.5);
        return new Item
        {
            Index = index,
            ProductId = $"{kind.Name.Replace(' ', '-')}-{index:D5}",
            Title = MakeTitle(_brands[brand].Name, kind, traits, noun, titles),
            Brand = brand,
            BrandName = _brands[brand].Name,
            FamilyIndex = family,
            Noun = noun.ToLowerInvariant(),
            Price = (decimal)price,
            MarginRate = Math.Round(Math.Clamp(0.35 + (0.25 * level) + _rng.Normal(0, 0.08), 0.08, 0.8), 3),
            Traits = traits,
            InStock = !_rng.Chance(OutOfStockShare),
            LaunchedDaysAgo = _rng.Chance(NewShare) ? _rng.Next(30) : 30 + _rng.Next(1200),
            Truth = MakeTruth(kind, _brands[brand].Standard, level),
        };
    }

    private int PickBrand(string department)
    {
        for (var attempt = 0; attempt < 64; attempt++)
        {
            // Big brands come first: the share of a brand falls with its place.
            var brand = Math.Min((int)(_brands.Length * Math.Pow(_rng.NextDouble(), 1.6)), _brands.Length - 1);
            if (_brands[brand].Departments.Contains(department))
            {
                return brand;
            }
        }

        return _rng.Next(_brands.Length);
    }

    private int SkewedPick(int count) => (int)(count * Math.Pow(_rng.NextDouble(), 1.3));

    private string MakeTitle(string brand, Family family, int[] traits, string noun, HashSet<string> titles)
    {
        var told = traits[_rng.Next(traits.Length)];
        var word = TraitValues.ValueOf(TraitValues.TraitOf(told), told);
        var capital = char.ToUpperInvariant(word[0]) + word[1..];
        var title = $"{brand} {_rng.Pick(LineNames)} {capital} {noun}";
        for (var n = 2; !titles.Add(title); n++)
        {
            title = $"{brand} {_rng.Pick(LineNames)} {capital} {noun} {(family.TryOn ? $"No. {n}" : $"{n * 15} ml")}";
        }

        return title;
    }

    /// <summary>
    /// Quality = its brand's standard + its own; each aspect scatters around it. What draws the eye has little to do with it.
    /// Premium products are a little better than cheap ones, never by their price alone.
    /// </summary>
    private ItemTruth MakeTruth(Family family, double standard, double level)
    {
        var quality = Math.Tanh(0.08 + standard + (0.12 * (level - 0.5)) + _rng.Normal(0, 0.45));
        var allure = (0.35 * quality / 0.5) + _rng.Normal(0, 0.93);
        var aspects = family.Aspects.Select(a => AspectTruth(a, quality, level)).ToArray();
        return new ItemTruth(quality, allure, aspects);
    }

    private double AspectTruth(Aspect aspect, double quality, double level)
    {
        var lean = aspect == Aspect.Value ? 0.5 * (0.5 - level) : 0;
        return Math.Tanh((1.1 * quality) + lean + _rng.Normal(0, 0.35));
    }

    private sealed record Brand(string Name, double Tier, double Standard, string[] Departments);
}
