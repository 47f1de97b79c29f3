using System.Runtime.CompilerServices;
using Personalization.Domain.Products;

namespace Personalization.Domain.Profiles;

/// <summary>
/// What a shopper has been doing of late, as of a moment: counts and minutes that decay with the session's time constant, so a
/// function of what happened and when, in any order.
/// </summary>
public readonly record struct SessionWindow
{
    /// <summary>
    /// How many time constants a session is taken to last where that must be said: what is older has decayed to 5 %.
    /// </summary>
    public const double Lengths = 3;

    /// <summary>What such an old event is still worth.</summary>
    public const double Faded = 0.05;

    /// <summary>Decayed count per <see cref="InteractionKind"/>, not negative.</summary>
    public InteractionCounts Counts { get; init; }

    /// <summary>Minutes on pages of any kind, each page at most <see cref="ShoppingSignals.MaxDwellMinutes"/>.</summary>
    public double Minutes { get; init; }

    /// <summary>Views of a named product.</summary>
    public double ItemViews { get; init; }

    /// <summary>Views of pages that show no products: cart, checkout, after the purchase, support, and those that say neither product nor place.</summary>
    public double OtherViews { get; init; }

    /// <summary>Minutes on those.</summary>
    public double OtherMinutes { get; init; }

    /// <summary>Pondering the price: minutes on products of the dearer half of their category, the dearest in full and the median not at all.</summary>
    public double DearMinutes { get; init; }

    /// <summary>Searches for a coupon or a discount code: <see cref="CouponWords"/>.</summary>
    public double CouponSearches { get; init; }

    /// <summary>Going back and forth: views of products that were viewed again later. 0 when more products were looked at than are remembered.</summary>
    public double Repeats { get; init; }

    /// <summary>Products in the cart, whenever they got there.</summary>
    public int CartSize { get; init; }

    /// <summary>Whether the shopper was heard of before this session; null when never.</summary>
    public bool? IsReturning { get; init; }

    /// <summary>Views of pages with products on them: of one, or of many to choose from.</summary>
    public double ProductViews => Math.Max(0, Of(InteractionKind.View) - OtherViews);

    /// <summary>Minutes on those.</summary>
    public double ProductMinutes => Math.Max(0, Minutes - OtherMinutes);

    /// <summary>Putting in and taking out again.</summary>
    public double CartCycles => Math.Min(Of(InteractionKind.AddToCart), Of(InteractionKind.RemoveFromCart));

    /// <summary>Searches after which nothing was looked at.</summary>
    public double FruitlessSearches =>
        Math.Max(0, Of(InteractionKind.Search) - Math.Max(Of(InteractionKind.Click), ItemViews));

    /// <summary>Steps of the checkout that no purchase has settled; negative when a purchase took fewer than usual.</summary>
    public double OpenSteps =>
        Of(InteractionKind.CheckoutStep) - (ShoppingSignals.StepsPerPurchase * Of(InteractionKind.Purchase));

    /// <summary>The decayed count of a kind.</summary>
    public double Of(InteractionKind kind) => Counts[(int)kind];
}

/// <summary>One count per <see cref="InteractionKind"/>.</summary>
[InlineArray(Interaction.Kinds)]
public struct InteractionCounts : IEquatable<InteractionCounts>
{
    private double _first;

    /// <inheritdoc/>
    public readonly bool Equals(InteractionCounts other)
    {
        ReadOnlySpan<double> own = this;
        ReadOnlySpan<double> others = other;
        return own.SequenceEqual(others);
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is InteractionCounts other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => _first.GetHashCode();

    /// <summary>Whether all counts are the same.</summary>
    public static bool operator ==(InteractionCounts left, InteractionCounts right) => left.Equals(right);

    /// <summary>Whether a count differs.</summary>
    public static bool operator !=(InteractionCounts left, InteractionCounts right) => !left.Equals(right);
}
