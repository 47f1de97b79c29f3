namespace Personalization.Domain.Ingestion;

/// <summary>Something a shopper did.</summary>
public sealed record BehaviourPayload : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Behaviour;

    /// <summary>What was done.</summary>
    public required BehaviourKind Action { get; init; }

    /// <summary>How long it lasted, in milliseconds; 0 when unknown.</summary>
    public int DwellMs { get; init; }

    /// <summary>How far it went, [0, 1]: share of the page scrolled, of the checkout done.</summary>
    public float Depth { get; init; }

    /// <summary>How often within the event, at least 1: clicks of a rage click, units put in the cart.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The words of a search or the name of a checkout step; empty otherwise.</summary>
    public string Term { get; init; } = string.Empty;

    /// <summary>Money that changed hands (a purchase, a return), total, in <see cref="Currency"/>; 0 otherwise.</summary>
    public decimal Revenue { get; init; }

    /// <summary>What of <see cref="Revenue"/> the shop keeps after cost of goods; null when the caller does not say.</summary>
    public decimal? Margin { get; init; }

    /// <summary>ISO 4217 code; empty when there is no money in it.</summary>
    public string Currency { get; init; } = string.Empty;
}

/// <summary>What a shopper did. Stored as a number: never reuse or renumber a value.</summary>
public enum BehaviourKind : byte
{
    /// <summary>Viewed a product or page, with dwell.</summary>
    View = 1,
    /// <summary>Clicked a product.</summary>
    Click = 2,
    /// <summary>Searched.</summary>
    Search = 3,
    /// <summary>Scrolled.</summary>
    Scroll = 4,
    /// <summary>Clicked the same place again and again.</summary>
    RageClick = 5,
    /// <summary>Put into the cart.</summary>
    AddToCart = 6,
    /// <summary>Took out of the cart.</summary>
    RemoveFromCart = 7,
    /// <summary>Reached a step of the checkout.</summary>
    CheckoutStep = 8,
    /// <summary>Left the checkout or the cart without buying.</summary>
    Abandon = 9,
    /// <summary>Bought.</summary>
    Purchase = 10,
    /// <summary>Sent back.</summary>
    Return = 11,
    /// <summary>Put on a wish list.</summary>
    Wishlist = 12,
    /// <summary>Dismissed a suggestion.</summary>
    Dismiss = 13,
}
