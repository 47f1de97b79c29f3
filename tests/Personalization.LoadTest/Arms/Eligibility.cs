using Personalization.LoadTest.Catalogues;

namespace Personalization.LoadTest.Arms;

/// <summary>What may be shown at all, whoever chooses.</summary>
internal static class Eligibility
{
    /// <summary>In stock, not the one on the page, and not something the shopper has bought here already.</summary>
    public static bool Allows(in SlateRequest request, Item item) =>
        item.InStock && item != request.Seed && !request.Shopper.Purchased.Contains(item.Index);
}
