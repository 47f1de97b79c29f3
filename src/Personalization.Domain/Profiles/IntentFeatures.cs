using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;

namespace Personalization.Domain.Profiles;

/// <summary>What the model of purchase intent is fed, in the order of its input.</summary>
public enum IntentFeature
{
    /// <summary>Pages with products, and searches.</summary>
    ProductPages = 0,
    /// <summary>Minutes on those.</summary>
    ProductMinutes = 1,
    /// <summary>Other pages, and steps of the checkout.</summary>
    OtherPages = 2,
    /// <summary>Minutes on those.</summary>
    OtherMinutes = 3,
    /// <summary>1 on the way through the checkout, 0 far from it.</summary>
    PurchasePath = 4,
    /// <summary>1 to 12.</summary>
    Month = 5,
    /// <summary>1 on a Saturday or Sunday, else 0.</summary>
    Weekend = 6,
    /// <summary>1 for a shopper heard of before this session, else 0.</summary>
    Returning = 7,
}

/// <summary>
/// Makes of a session's window what the model of purchase intent was trained on. The model's card has the table; what is not
/// known is NaN, which the model welcomes.
/// </summary>
public static class IntentFeatures
{
    /// <summary>How many there are.</summary>
    public const int Count = 8;

    /// <summary>Their names, as a model file must have them: a file with others was trained for another input.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "product_pages", "product_minutes", "other_pages", "other_minutes", "purchase_path", "month", "weekend", "returning",
    ];

    /// <summary>Writes the features.</summary>
    /// <param name="window">The session.</param>
    /// <param name="asOf">The moment that it is of.</param>
    /// <param name="touchpoint">Where the shopper is now; <see cref="Touchpoint.Unspecified"/> when nobody said.</param>
    /// <param name="features">Gets <see cref="Count"/> numbers.</param>
    public static void Write(in SessionWindow window, DateTimeOffset asOf, Touchpoint touchpoint, Span<float> features)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features.Length, Count, nameof(features));

        // A shop that reports clicks and no views has its pages told by those.
        var products = Math.Max(window.ProductViews, window.Of(InteractionKind.Click)) + window.Of(InteractionKind.Search);
        var others = window.OtherViews + window.Of(InteractionKind.CheckoutStep);
        var utc = asOf.UtcDateTime;
        features[(int)IntentFeature.ProductPages] = (float)products;
        features[(int)IntentFeature.ProductMinutes] = Minutes(window.ProductMinutes, unsaid: products >= 2);
        features[(int)IntentFeature.OtherPages] = (float)others;
        features[(int)IntentFeature.OtherMinutes] = Minutes(window.OtherMinutes, unsaid: others > 0);
        features[(int)IntentFeature.PurchasePath] = PurchasePath(in window, touchpoint);
        features[(int)IntentFeature.Month] = utc.Month is 1 or 4 ? float.NaN : utc.Month;
        features[(int)IntentFeature.Weekend] = utc.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0;
        features[(int)IntentFeature.Returning] = window.IsReturning is { } returning ? (returning ? 1 : 0) : float.NaN;
    }

    /// <summary>A session's last page has no end, so one page without minutes is as it should be; several are a shop that does not say.</summary>
    private static float Minutes(double minutes, bool unsaid) => minutes <= 0 && unsaid ? float.NaN : (float)minutes;

    /// <summary>
    /// The stand-in for "has been to pages that purchases go through". With things in the cart and no step yet, the data do not
    /// say on which side that is.
    /// </summary>
    private static float PurchasePath(in SessionWindow window, Touchpoint touchpoint) =>
        touchpoint == Touchpoint.Checkout || window.OpenSteps > SessionWindow.Faded ? 1
        : touchpoint == Touchpoint.Cart || window.CartSize > 0 ? float.NaN
        : 0;
}
