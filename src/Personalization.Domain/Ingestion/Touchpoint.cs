namespace Personalization.Domain.Ingestion;

/// <summary>Where on the shopper's way an event happened. Stored as a number: never reuse or renumber a value.</summary>
public enum Touchpoint : byte
{
    /// <summary>Not said.</summary>
    Unspecified = 0,
    /// <summary>The home page.</summary>
    Home = 1,
    /// <summary>A category or listing page.</summary>
    Category = 2,
    /// <summary>Search results.</summary>
    Search = 3,
    /// <summary>A product page.</summary>
    Product = 4,
    /// <summary>Try-on.</summary>
    TryOn = 5,
    /// <summary>The cart.</summary>
    Cart = 6,
    /// <summary>Checkout.</summary>
    Checkout = 7,
    /// <summary>After the purchase: confirmation, delivery, unpacking.</summary>
    PostPurchase = 8,
    /// <summary>Customer service.</summary>
    Support = 9,
    /// <summary>A message sent to the shopper: e-mail, push, text.</summary>
    Notification = 10,
}
