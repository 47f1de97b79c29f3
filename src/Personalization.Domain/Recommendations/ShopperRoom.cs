using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;

namespace Personalization.Domain.Recommendations;

/// <summary>
/// The room that looking at a profile takes, to be used again: one per thread. What a slate asks of a shopper is read from the
/// profile when it is asked for, and mostly is not: candidates that were kept need no lists.
/// </summary>
/// <remarks>Not safe for concurrent use. A view is good until the profile changes or the room is used for another.</remarks>
public sealed class ShopperRoom
{
    private readonly float[] _features = new float[ProfileFeatures.Count];
    private UserProfile? _profile;
    private DateTimeOffset _asOf;
    private Facets _categories = new();
    private Facets _brands = new();
    private Facets _attributes = new();
    private Products _viewed = new();
    private Products _cart = new();
    private Products _purchased = new();
    private Products _dismissed = new();
    private ShownProduct[] _shown = [];
    private int _shownCount = -1;

    /// <summary>Looks at a profile as of a moment. Tells what <see cref="UserProfile.Snapshot"/> tells.</summary>
    /// <param name="profile">The profile; it must not change while the view is in use.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="asOf">As of <see cref="UserProfile.Read"/>.</param>
    /// <param name="reading">The numbers.</param>
    public ShopperView View(UserProfile profile, UserKey user, DateTimeOffset asOf, out ProfileReading reading)
    {
        ArgumentNullException.ThrowIfNull(profile);
        Leave();
        (_profile, _asOf) = (profile, asOf);
        reading = profile.ReadFeatures(asOf, user.IsAnonymous, _features);
        return new ShopperView(this) { Revision = profile.Revision, Features = _features };
    }

    /// <summary>Lets go of the profile: views of it say nothing any more.</summary>
    public void Leave()
    {
        _profile = null;
        _categories.Count = _brands.Count = _attributes.Count = -1;
        _viewed.Count = _cart.Count = _purchased.Count = _dismissed.Count = -1;
        _shownCount = -1;
    }

    internal ReadOnlySpan<FacetAffinity> Categories => Read(ref _categories, FacetKind.Category);

    internal ReadOnlySpan<FacetAffinity> Brands => Read(ref _brands, FacetKind.Brand);

    internal ReadOnlySpan<FacetAffinity> Attributes => Read(ref _attributes, FacetKind.Attribute);

    internal ReadOnlySpan<ProductAt> Viewed => Read(ref _viewed, ProductList.Viewed);

    internal ReadOnlySpan<ProductAt> InCart => Read(ref _cart, ProductList.Cart);

    internal ReadOnlySpan<ProductAt> Purchased => Read(ref _purchased, ProductList.Purchased);

    internal ReadOnlySpan<ProductAt> Dismissed => Read(ref _dismissed, ProductList.Dismissed);

    internal ReadOnlySpan<ShownProduct> Shown
    {
        get
        {
            if (_shownCount < 0)
            {
                _shownCount = _profile?.ListShown(ref _shown) ?? 0;
            }

            return _shown.AsSpan(0, _shownCount);
        }
    }

    private ReadOnlySpan<FacetAffinity> Read(ref Facets list, FacetKind kind)
    {
        if (list.Count < 0)
        {
            list.Count = _profile?.ListAffinities(kind, _asOf, ref list.Items) ?? 0;
        }

        return list.Items.AsSpan(0, list.Count);
    }

    private ReadOnlySpan<ProductAt> Read(ref Products list, ProductList which)
    {
        if (list.Count < 0)
        {
            list.Count = _profile?.ListProducts(which, ref list.Items) ?? 0;
        }

        return list.Items.AsSpan(0, list.Count);
    }

    /// <summary>A list that has been read, or, with a count of −1, not yet.</summary>
    private struct Facets()
    {
        public FacetAffinity[] Items = [];
        public int Count = -1;
    }

    /// <inheritdoc cref="Facets"/>
    private struct Products()
    {
        public ProductAt[] Items = [];
        public int Count = -1;
    }
}
