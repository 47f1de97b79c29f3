namespace Personalization.LoadTest.Catalogues;

/// <summary>A kind of attribute.</summary>
internal enum Trait
{
    SkinType,
    Concern,
    Ingredient,
    Texture,
    Scent,
    Finish,
    Shade,
    HairType,
    Season,
}

/// <summary>The values that attributes can have. A value's number is its place over all traits: tastes are arrays over them.</summary>
internal static class TraitValues
{
    private static readonly string[][] Values =
    [
        ["dry", "oily", "combination", "sensitive", "normal", "mature"],
        ["acne", "ageing", "dullness", "redness", "dark spots", "dehydration", "pores"],
        [
            "hyaluronic acid", "niacinamide", "vitamin C", "retinol", "salicylic acid", "ceramides", "peptides", "squalane",
            "centella", "shea butter", "argan oil", "green tea", "aloe", "oat", "keratin", "coconut",
        ],
        ["gel", "cream", "oil", "foam", "balm", "powder", "fluid", "stick"],
        ["unscented", "floral", "citrus", "woody", "vanilla", "fresh", "spicy", "fruity"],
        ["matte", "dewy", "satin", "shimmer", "glossy", "natural"],
        ["nude", "rose", "berry", "coral", "red", "brown", "plum", "peach", "black", "bronze"],
        ["straight", "wavy", "curly", "coily", "fine", "coloured"],
        ["spring", "summer", "autumn", "winter"],
    ];

    private static readonly string[] Names =
        ["skin_type", "concern", "key_ingredient", "texture", "scent", "finish", "shade_family", "hair_type", "season"];

    private static readonly int[] Starts = RunningStarts();

    /// <summary>How many values there are over all traits.</summary>
    public static int Count { get; } = Values.Sum(v => v.Length);

    /// <summary>The trait's name in the catalogue.</summary>
    public static string NameOf(Trait trait) => Names[(int)trait];

    /// <summary>How many values a trait has.</summary>
    public static int CountOf(Trait trait) => Values[(int)trait].Length;

    /// <summary>The number of a trait's n-th value.</summary>
    public static int NumberOf(Trait trait, int n) => Starts[(int)trait] + n;

    /// <summary>A value's name.</summary>
    public static string ValueOf(Trait trait, int number) => Values[(int)trait][number - Starts[(int)trait]];

    /// <summary>The trait that a value is of.</summary>
    public static Trait TraitOf(int number)
    {
        var at = Array.BinarySearch(Starts, number);
        return (Trait)(at < 0 ? ~at - 1 : at);
    }

    private static int[] RunningStarts()
    {
        var starts = new int[Values.Length];
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + Values[i - 1].Length;
        }

        return starts;
    }
}
