namespace Personalization.LoadTest.Catalogues;

/// <summary>A kind of product: a leaf of the category tree, with what its products are called, cost and are judged by.</summary>
/// <param name="Department">The root of its path.</param>
/// <param name="Name">The leaf of its path.</param>
/// <param name="Nouns">What one of its products is called.</param>
/// <param name="PriceFrom">A budget price, in US dollars.</param>
/// <param name="PriceTo">A premium price.</param>
/// <param name="TryOn">Whether it can be tried on in augmented reality.</param>
/// <param name="Traits">The traits its products have.</param>
/// <param name="Aspects">What they are judged by.</param>
internal sealed record Family(
    string Department,
    string Name,
    string[] Nouns,
    double PriceFrom,
    double PriceTo,
    bool TryOn,
    Trait[] Traits,
    Aspect[] Aspects)
{
    /// <summary>Its category path as filters name it.</summary>
    public string Path { get; } = $"{Department}/{Name}";

    private static readonly Aspect[] Care = [Aspect.Effect, Aspect.Texture, Aspect.Scent, Aspect.Gentleness, Aspect.Packaging, Aspect.Value];
    private static readonly Aspect[] Colour = [Aspect.Colour, Aspect.Wear, Aspect.Texture, Aspect.Packaging, Aspect.Value];
    private static readonly Aspect[] Perfume = [Aspect.Scent, Aspect.Wear, Aspect.Packaging, Aspect.Value];
    private static readonly Trait[] Skin = [Trait.SkinType, Trait.Concern, Trait.Ingredient, Trait.Texture, Trait.Scent];
    private static readonly Trait[] Face = [Trait.SkinType, Trait.Finish, Trait.Shade, Trait.Texture];
    private static readonly Trait[] Hair = [Trait.HairType, Trait.Ingredient, Trait.Scent, Trait.Texture];
    private static readonly Trait[] Fine = [Trait.Scent, Trait.Season];
    private static readonly Trait[] BodyCare = [Trait.SkinType, Trait.Ingredient, Trait.Scent, Trait.Texture];

    /// <summary>Every family of the shop.</summary>
    public static IReadOnlyList<Family> All { get; } =
    [
        new("skincare", "cleansers", ["Cleanser", "Cleansing Gel", "Cleansing Balm", "Face Wash"], 8, 48, false, Skin, Care),
        new("skincare", "toners", ["Toner", "Essence", "Face Mist"], 9, 52, false, Skin, Care),
        new("skincare", "serums", ["Serum", "Booster", "Concentrate", "Ampoule"], 12, 120, false, Skin, Care),
        new("skincare", "moisturisers", ["Moisturiser", "Day Cream", "Night Cream", "Gel Cream"], 10, 110, false, Skin, Care),
        new("skincare", "eye care", ["Eye Cream", "Eye Serum", "Eye Gel"], 12, 90, false, Skin, Care),
        new("skincare", "sunscreens", ["Sunscreen SPF 30", "Sunscreen SPF 50", "Sun Fluid SPF 50"], 12, 55, false, Skin, Care),
        new("skincare", "masks", ["Sheet Mask", "Clay Mask", "Sleeping Mask"], 4, 60, false, Skin, Care),
        new("skincare", "exfoliants", ["Peel", "Scrub", "Exfoliating Pads"], 9, 70, false, Skin, Care),
        new("skincare", "lip care", ["Lip Balm", "Lip Mask", "Lip Oil"], 4, 28, false, BodyCare, Care),
        new("makeup", "foundations", ["Foundation", "Skin Tint", "Cushion Foundation"], 12, 65, true, Face, Colour),
        new("makeup", "concealers", ["Concealer", "Colour Corrector"], 8, 38, true, Face, Colour),
        new("makeup", "primers", ["Primer", "Smoothing Base"], 10, 45, true, Face, Colour),
        new("makeup", "powders", ["Setting Powder", "Pressed Powder"], 9, 48, true, Face, Colour),
        new("makeup", "blushes", ["Blush", "Cheek Tint", "Cream Blush"], 8, 42, true, Face, Colour),
        new("makeup", "highlighters", ["Highlighter", "Glow Stick"], 9, 44, true, Face, Colour),
        new("makeup", "lipsticks", ["Lipstick", "Lip Stain", "Liquid Lipstick", "Lip Crayon"], 6, 40, true, Face, Colour),
        new("makeup", "lip glosses", ["Lip Gloss", "Plumping Gloss"], 6, 32, true, Face, Colour),
        new("makeup", "eyeshadows", ["Eyeshadow Palette", "Eyeshadow Stick", "Eyeshadow Quad"], 9, 68, true, Face, Colour),
        new("makeup", "eyeliners", ["Eyeliner", "Kohl Pencil", "Liner Pen"], 5, 30, true, Face, Colour),
        new("makeup", "mascaras", ["Mascara", "Tubing Mascara", "Lash Primer"], 8, 34, true, Face, Colour),
        new("makeup", "brows", ["Brow Gel", "Brow Pencil", "Brow Pomade"], 6, 30, true, Face, Colour),
        new("hair", "shampoos", ["Shampoo", "Scalp Wash", "Dry Shampoo"], 6, 46, false, Hair, Care),
        new("hair", "conditioners", ["Conditioner", "Leave-in Conditioner"], 6, 46, false, Hair, Care),
        new("hair", "hair treatments", ["Hair Mask", "Hair Oil", "Bond Treatment"], 9, 72, false, Hair, Care),
        new("hair", "styling", ["Styling Cream", "Curl Jelly", "Texture Spray", "Hair Pomade"], 7, 40, false, Hair, Care),
        new("fragrance", "eau de parfum", ["Eau de Parfum", "Parfum"], 28, 190, false, Fine, Perfume),
        new("fragrance", "eau de toilette", ["Eau de Toilette", "Cologne"], 18, 110, false, Fine, Perfume),
        new("fragrance", "body mists", ["Body Mist", "Hair Perfume"], 8, 40, false, Fine, Perfume),
        new("body", "body lotions", ["Body Lotion", "Body Butter", "Body Oil"], 7, 54, false, BodyCare, Care),
        new("body", "body washes", ["Body Wash", "Shower Oil", "Soap Bar"], 4, 36, false, BodyCare, Care),
        new("body", "body scrubs", ["Body Scrub", "Salt Scrub"], 8, 44, false, BodyCare, Care),
        new("body", "hand care", ["Hand Cream", "Cuticle Oil"], 4, 30, false, BodyCare, Care),
        new("body", "deodorants", ["Deodorant", "Deodorant Balm"], 4, 22, false, BodyCare, Care),
        new("nails", "nail polish", ["Nail Polish", "Gel Polish"], 4, 22, true, [Trait.Finish, Trait.Shade], Colour),
        new("nails", "nail care", ["Nail Strengthener", "Top Coat"], 5, 24, false, [Trait.Ingredient, Trait.Finish], Care),
    ];
}
