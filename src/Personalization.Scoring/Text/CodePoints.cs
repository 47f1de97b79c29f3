namespace Personalization.Scoring.Text;

/// <summary>
/// Character classes, lower case and folding as the text model was trained with. Explicit ranges instead of a Unicode
/// database: databases differ between runtimes and versions, and training and serving must not.
/// </summary>
internal static class CodePoints
{
    public const int Replacement = 0xFFFD;

    public static CodePointKind Kind(int c) => c switch
    {
        < 0x80 => Ascii(c),
        < 0xC0 => Latin1(c),
        < 0x2000 => Alphabetic(c),
        < 0x2C00 => Symbolic(c),
        < 0x10000 => UpperPlane(c),
        _ => Supplementary(c),
    };

    public static int Lower(int c) => c switch
    {
        < 0x80 => c is >= 'A' and <= 'Z' ? c + 32 : c,
        < 0x100 => c is >= 0xC0 and <= 0xDE and not 0xD7 ? c + 32 : c,
        < 0x180 => LowerLatinExtended(c),
        >= 0x391 and <= 0x3A9 and not 0x3A2 => c + 32,
        >= 0x410 and <= 0x42F => c + 32,
        >= 0x400 and <= 0x40F => c + 80,
        _ => c,
    };

    /// <summary>Typographic variants become the plain character that the vectors' corpus has.</summary>
    public static int Fold(int c) => c switch
    {
        0x2018 or 0x2019 or 0x02BC or 0x60 or 0xB4 => '\'',
        0x201C or 0x201D or 0x201E or 0xAB or 0xBB => '"',
        >= 0x2010 and <= 0x2015 => '-',
        >= 0xD800 and <= 0xDFFF => Replacement,
        _ => c,
    };

    public static bool IsDigit(int c) => c is >= '0' and <= '9';

    private static CodePointKind Ascii(int c)
    {
        if (c is >= '0' and <= '9' or >= 'A' and <= 'Z' or >= 'a' and <= 'z')
        {
            return CodePointKind.Word;
        }

        return c is <= 0x20 or 0x7F ? CodePointKind.Space : CodePointKind.Symbol;
    }

    private static CodePointKind Latin1(int c) => c switch
    {
        0xAD => CodePointKind.Skip,
        0xAA or 0xB5 or 0xBA => CodePointKind.Word,
        <= 0xA0 => CodePointKind.Space,
        _ => CodePointKind.Symbol,
    };

    private static CodePointKind Alphabetic(int c) => c switch
    {
        0xD7 or 0xF7 or 0x60C or 0x61B or 0x61F or 0x6D4 or 0x964 or 0x965 => CodePointKind.Symbol,
        0x1680 => CodePointKind.Space,
        _ => CodePointKind.Word,
    };

    private static CodePointKind Symbolic(int c) => c switch
    {
        >= 0x200B and <= 0x200F or 0x2060 => CodePointKind.Skip,
        <= 0x200A or >= 0x2028 and <= 0x202F or 0x205F => CodePointKind.Space,
        >= 0x2190 and <= 0x21FF or >= 0x2300 and <= 0x23FF or >= 0x2600 and <= 0x27BF or >= 0x2B00 => CodePointKind.Emoji,
        _ => CodePointKind.Symbol,
    };

    private static CodePointKind UpperPlane(int c) => c switch
    {
        0x3000 => CodePointKind.Space,
        >= 0x3040 and <= 0x30FF or >= 0x3400 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF => CodePointKind.Ideograph,
        >= 0xFE00 and <= 0xFE0F or 0xFEFF => CodePointKind.Skip,
        >= 0xFF00 and <= 0xFF0F or >= 0xFFF0 => CodePointKind.Symbol,
        <= 0x2DFF or >= 0x3100 and <= 0x33FF or >= 0xA000 and <= 0xD7FF or >= 0xFB00 and <= 0xFDFF or >= 0xFE70 => CodePointKind.Word,
        _ => CodePointKind.Symbol,
    };

    private static CodePointKind Supplementary(int c) => c switch
    {
        >= 0x1F3FB and <= 0x1F3FF => CodePointKind.Skip,
        >= 0x1F000 and <= 0x1FAFF => CodePointKind.Emoji,
        >= 0x20000 and <= 0x3FFFF => CodePointKind.Ideograph,
        < 0x1F000 => CodePointKind.Word,
        _ => CodePointKind.Symbol,
    };

    // Upper and lower stand in pairs; in two stretches the odd one is upper, elsewhere the even one.
    private static int LowerLatinExtended(int c)
    {
        if (c is 0x130 or 0x131 or 0x138 or 0x149 or 0x17F)
        {
            return c;
        }

        if (c == 0x178)
        {
            return 0xFF;
        }

        var upperIsOdd = c is >= 0x139 and <= 0x148 or >= 0x179 and <= 0x17E;
        return (c & 1) == (upperIsOdd ? 1 : 0) ? c + 1 : c;
    }
}

/// <summary>What a code point is to the tokenizer.</summary>
internal enum CodePointKind : byte
{
    Space,
    Word,
    Ideograph,
    Emoji,
    Symbol,
    Skip,
}
