namespace Personalization.Domain.Profiles;

/// <summary>The lists of products that a profile keeps.</summary>
internal enum ProductList
{
    /// <summary>Looked at.</summary>
    Viewed,
    /// <summary>In the cart.</summary>
    Cart,
    /// <summary>Bought and kept.</summary>
    Purchased,
    /// <summary>Dismissed.</summary>
    Dismissed,
}
