using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Products;

/// <summary>
/// What passed between a shopper and a product: every <see cref="BehaviourKind"/> under its own number, and the impression.
/// Stored as a number: never reuse or renumber a value.
/// </summary>
public enum InteractionKind : byte
{
    /// <summary>A suggestion was seen.</summary>
    Impression = 0,
    /// <summary>A product or page was viewed.</summary>
    View = BehaviourKind.View,
    /// <summary>A product was clicked.</summary>
    Click = BehaviourKind.Click,
    /// <summary>Something was searched for.</summary>
    Search = BehaviourKind.Search,
    /// <summary>A page was scrolled.</summary>
    Scroll = BehaviourKind.Scroll,
    /// <summary>The same place was clicked again and again.</summary>
    RageClick = BehaviourKind.RageClick,
    /// <summary>Put into the cart.</summary>
    AddToCart = BehaviourKind.AddToCart,
    /// <summary>Taken out of the cart.</summary>
    RemoveFromCart = BehaviourKind.RemoveFromCart,
    /// <summary>A step of the checkout was reached.</summary>
    CheckoutStep = BehaviourKind.CheckoutStep,
    /// <summary>The checkout or cart was left.</summary>
    Abandon = BehaviourKind.Abandon,
    /// <summary>Bought.</summary>
    Purchase = BehaviourKind.Purchase,
    /// <summary>Sent back.</summary>
    Return = BehaviourKind.Return,
    /// <summary>Put on a wish list.</summary>
    Wishlist = BehaviourKind.Wishlist,
    /// <summary>A suggestion was dismissed.</summary>
    Dismiss = BehaviourKind.Dismiss,
}
