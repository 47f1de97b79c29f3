using Personalization.V1;

namespace Personalization.Client;

/// <summary>Turns what a shopper did with a slate into outcomes that carry the slate's attribution token.</summary>
public static class Attribution
{
    /// <summary>The shopper saw the whole slate, or its first <paramref name="seen"/> items.</summary>
    /// <param name="slate">The slate.</param>
    /// <param name="seen">How many items were seen, from the top; null: all.</param>
    public static IEnumerable<Outcome> Impressions(this RecommendResponse slate, int? seen = null)
    {
        ArgumentNullException.ThrowIfNull(slate);
        return slate.Items.Take(seen ?? slate.Items.Count).Select(item => slate.Became(OutcomeKind.Impression, item));
    }

    /// <summary>The shopper clicked an item.</summary>
    /// <param name="slate">The slate.</param>
    /// <param name="item">One of its items.</param>
    public static Outcome Click(this RecommendResponse slate, RecommendedItem item) => slate.Became(OutcomeKind.Click, item);

    /// <summary>The shopper bought an item, or sent it back.</summary>
    /// <param name="slate">The slate.</param>
    /// <param name="kind"><see cref="OutcomeKind.Purchase"/> or <see cref="OutcomeKind.Return"/>.</param>
    /// <param name="item">One of its items.</param>
    /// <param name="revenue">The money, total, not negative.</param>
    /// <param name="margin">What of it the shop keeps; null: as the catalogue says.</param>
    public static Outcome Sale(this RecommendResponse slate, OutcomeKind kind, RecommendedItem item, Money revenue, Money? margin = null)
    {
        var sale = slate.Became(kind, item);
        sale.Revenue = revenue;
        sale.Margin = margin;
        return sale;
    }

    /// <summary>
    /// Something became of an item. The outcome's id is made of the decision, the item and the kind: reported twice, it
    /// counts once.
    /// </summary>
    /// <param name="slate">The slate.</param>
    /// <param name="kind">What became of it.</param>
    /// <param name="item">One of its items.</param>
    public static Outcome Became(this RecommendResponse slate, OutcomeKind kind, RecommendedItem item)
    {
        ArgumentNullException.ThrowIfNull(slate);
        ArgumentNullException.ThrowIfNull(item);
        return new Outcome
        {
            OutcomeId = $"{slate.DecisionId}.{item.Rank}.{(int)kind}",
            AttributionToken = slate.AttributionToken,
            ProductId = item.ProductId,
            Kind = kind,
            Position = item.Rank,
        };
    }
}
