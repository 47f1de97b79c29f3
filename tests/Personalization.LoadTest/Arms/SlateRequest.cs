using Personalization.Client;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Shoppers;

namespace Personalization.LoadTest.Arms;

/// <summary>What a page asks of an arm; the same of every arm.</summary>
/// <param name="Shopper">Who looks.</param>
/// <param name="Session">Their visit.</param>
/// <param name="Placement">Which page.</param>
/// <param name="Slots">How many items.</param>
/// <param name="Family">Only of this family; null: of all.</param>
/// <param name="Seed">The product on the page; null: none.</param>
internal readonly record struct SlateRequest(
    SimulatedShopper Shopper, ShopperSession Session, string Placement, int Slots, int? Family, Item? Seed);

/// <summary>What an arm shows.</summary>
/// <param name="Items">From the top.</param>
/// <param name="Origins">For the engine's slates, what its outcomes are reported with, item by item; empty for the others'.</param>
internal sealed record Slate(Item[] Items, Origin[] Origins)
{
    /// <summary>Nothing to show.</summary>
    public static Slate Empty { get; } = new([], []);
}

/// <summary>Fills slates.</summary>
internal interface ISlateSource
{
    /// <summary>A slate for a page.</summary>
    ValueTask<Slate> FillAsync(SlateRequest request, CancellationToken cancellationToken);
}
