using Personalization.Domain.Profiles;

namespace Personalization.Domain.Recommendations;

/// <summary>
/// What ranking needs of a profile, as spans over whatever holds it; one that a <see cref="ShopperRoom"/> gave reads its lists
/// when they are asked for. A default view is a shopper never seen.
/// </summary>
public readonly ref struct ShopperView
{
    private readonly ShopperRoom? _room;

    /// <summary>A view of a shopper never seen.</summary>
    public ShopperView()
    {
    }

    internal ShopperView(ShopperRoom room) => _room = room;

    /// <summary>Another number whenever something else than time has changed what is known: see <see cref="UserProfile.Revision"/>.</summary>
    public long Revision { get; init; }

    /// <summary>The feature vector, <see cref="ProfileFeatures.Count"/> numbers; empty for a shopper never seen.</summary>
    public ReadOnlySpan<float> Features { get; init; }

    /// <summary>Affinities to categories, brands and attributes, in any order.</summary>
    public ReadOnlySpan<FacetAffinity> Categories
    {
        get => _room is null ? field : _room.Categories;
        init;
    }

    /// <inheritdoc cref="Categories"/>
    public ReadOnlySpan<FacetAffinity> Brands
    {
        get => _room is null ? field : _room.Brands;
        init;
    }

    /// <inheritdoc cref="Categories"/>
    public ReadOnlySpan<FacetAffinity> Attributes
    {
        get => _room is null ? field : _room.Attributes;
        init;
    }

    /// <summary>Products looked at, newest first.</summary>
    public ReadOnlySpan<ProductAt> Viewed
    {
        get => _room is null ? field : _room.Viewed;
        init;
    }

    /// <summary>Products in the cart, newest first.</summary>
    public ReadOnlySpan<ProductAt> InCart
    {
        get => _room is null ? field : _room.InCart;
        init;
    }

    /// <summary>Products bought and kept, newest first.</summary>
    public ReadOnlySpan<ProductAt> Purchased
    {
        get => _room is null ? field : _room.Purchased;
        init;
    }

    /// <summary>Products dismissed.</summary>
    public ReadOnlySpan<ProductAt> Dismissed
    {
        get => _room is null ? field : _room.Dismissed;
        init;
    }

    /// <summary>Products shown, newest first, whatever came of it.</summary>
    public ReadOnlySpan<ShownProduct> Shown
    {
        get => _room is null ? field : _room.Shown;
        init;
    }

    /// <summary>A view of a picture of a profile.</summary>
    /// <param name="profile">The picture.</param>
    /// <param name="revision">The profile's revision when it was taken.</param>
    public static ShopperView Of(ProfileSnapshot profile, long revision = 0)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new ShopperView
        {
            Revision = revision,
            Features = profile.Features.AsSpan(),
            Categories = profile.Categories.AsSpan(),
            Brands = profile.Brands.AsSpan(),
            Attributes = profile.Attributes.AsSpan(),
            Viewed = profile.Viewed.AsSpan(),
            InCart = profile.InCart.AsSpan(),
            Purchased = profile.Purchased.AsSpan(),
            Dismissed = profile.Dismissed.AsSpan(),
            Shown = profile.Shown.AsSpan(),
        };
    }
}
