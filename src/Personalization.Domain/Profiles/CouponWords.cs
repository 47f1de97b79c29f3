namespace Personalization.Domain.Profiles;

/// <summary>Tells searches for a coupon or a discount code from others, in the languages of most shops.</summary>
public static class CouponWords
{
    // Word beginnings, for many languages compound and inflect. Not "sale" and not "reduction": those are looked for as products.
    private static readonly string[] s_beginnings =
    [
        "coupon", "discount", "voucher", "promo", "offer code", "gift code",
        "gutschein", "rabatt", "rabat", "korting", "kupong", "kupon", "kupón", "alennus",
        "code réduc", "code reduc", "code de réduc", "code de reduc", "bon de réduc", "bon de reduc", "bon d'achat",
        "descuento", "cupón", "cupon", "código desc", "codigo desc", "desconto", "cupom", "cupão", "cupao",
        "sconto", "buono", "sleva", "slev", "zniżk", "kedvezmény", "indirim", "έκπτωση", "κουπόνι",
        "промокод", "скидк", "купон", "знижк",
    ];

    // Written without spaces, or with an article before the word.
    private static readonly string[] s_anywhere =
    [
        "クーポン", "割引", "优惠券", "优惠码", "折扣", "優惠券", "優惠碼", "쿠폰", "할인", "كوبون", "خصم", "קופון", "कूपन", "छूट", "คูปอง", "ส่วนลด",
    ];

    /// <summary>Whether a search asks for a coupon or a discount code.</summary>
    /// <param name="words">The words of the search, in whatever language and case.</param>
    public static bool AreIn(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        foreach (var beginning in s_beginnings)
        {
            if (Begins(words, beginning))
            {
                return true;
            }
        }

        foreach (var word in s_anywhere)
        {
            if (words.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Begins(string words, string beginning)
    {
        for (var at = 0; (at = words.IndexOf(beginning, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            if (at == 0 || !char.IsLetter(words[at - 1]))
            {
                return true;
            }
        }

        return false;
    }
}
