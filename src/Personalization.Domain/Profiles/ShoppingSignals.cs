using Personalization.Domain.Products;

namespace Personalization.Domain.Profiles;

/// <summary>
/// What recent doings say about where a shopper stands: pure functions of counts that decay with the session's time
/// constant, so of what happened and when, in any order. The weights are hand-set starting values, to be read as log-odds
/// and rates.
/// </summary>
public static class ShoppingSignals
{
    /// <summary>How many checkout steps a purchase stands for: so many are settled by it.</summary>
    public const double StepsPerPurchase = 4;

    /// <summary>The longest stay on one page that counts, in minutes: a longer one is a tab left open.</summary>
    public const double MaxDwellMinutes = 3;

    /// <summary>
    /// How likely a purchase is in this session, (0, 1): a logistic of what leads there, each kind with diminishing returns.
    /// </summary>
    /// <param name="recent">Decayed count per <see cref="InteractionKind"/>, not negative.</param>
    /// <remarks>
    /// σ(−2.2 + 0.25·ℓ(views) + 0.35·ℓ(clicks) + 0.3·ℓ(searches) + 0.6·ℓ(wishes) + 1.3·ℓ(adds − removes − purchases)
    /// + 1.2·ℓ(steps − 4·purchases) − 1.0·ℓ(abandons) − 0.5·ℓ(purchases) − 0.4·ℓ(returns)), with ℓ(n) = ln(1 + max(0, n)).
    /// A purchase settles what led to it.
    /// </remarks>
    public static double Intent(ReadOnlySpan<double> recent)
    {
        var purchases = recent[(int)InteractionKind.Purchase];
        var inCart = recent[(int)InteractionKind.AddToCart] - recent[(int)InteractionKind.RemoveFromCart] - purchases;
        var z = -2.2
            + (0.25 * Log(recent[(int)InteractionKind.View]))
            + (0.35 * Log(recent[(int)InteractionKind.Click]))
            + (0.3 * Log(recent[(int)InteractionKind.Search]))
            + (0.6 * Log(recent[(int)InteractionKind.Wishlist]))
            + (1.3 * Log(inCart))
            + (1.2 * Log(OpenSteps(recent)))
            - (1.0 * Log(recent[(int)InteractionKind.Abandon]))
            - (0.5 * Log(purchases))
            - (0.4 * Log(recent[(int)InteractionKind.Return]));
        return 1 / (1 + Math.Exp(-z));
    }

    /// <summary>
    /// How torn the shopper is, [0, 1): 1 − e^(−h), h being the sum of the signs of it: looking long without doing anything,
    /// putting in and taking out again, clicking in anger, starting the checkout over, leaving it, searching on and on.
    /// </summary>
    /// <param name="recent">Decayed count per <see cref="InteractionKind"/>, not negative.</param>
    /// <param name="dwellMinutes">Decayed sum of minutes on product pages, each at most <see cref="MaxDwellMinutes"/>.</param>
    /// <remarks>
    /// h = (0.15·max(0, minutes − 2·(adds + wishes + purchases)) + 0.5·min(adds, removes) + 0.35·ℓ(rage clicks) + 0.5·abandons
    /// + 0.2·max(0, steps − 4·purchases − 3) + 0.1·max(0, searches − 2)) / (1 + 2·purchases): who has bought is not torn.
    /// </remarks>
    public static double Hesitation(ReadOnlySpan<double> recent, double dwellMinutes)
    {
        var adds = recent[(int)InteractionKind.AddToCart];
        var purchases = recent[(int)InteractionKind.Purchase];
        var idle = dwellMinutes - (2 * (adds + recent[(int)InteractionKind.Wishlist] + purchases));
        var h = (0.15 * Math.Max(0, idle))
            + (0.5 * Math.Min(adds, recent[(int)InteractionKind.RemoveFromCart]))
            + (0.35 * Log(recent[(int)InteractionKind.RageClick]))
            + (0.5 * recent[(int)InteractionKind.Abandon])
            + (0.2 * Math.Max(0, OpenSteps(recent) - 3))
            + (0.1 * Math.Max(0, recent[(int)InteractionKind.Search] - 2));
        return 1 - Math.Exp(-h / (1 + (2 * purchases)));
    }

    /// <summary>
    /// How tired the shopper is of suggestions, [0, 1): f/(5 + f), with f = 3·dismissals + 0.1·max(0, impressions − 5·clicks).
    /// </summary>
    /// <param name="recent">Decayed count per <see cref="InteractionKind"/>, not negative.</param>
    public static double Fatigue(ReadOnlySpan<double> recent)
    {
        var passedOver = recent[(int)InteractionKind.Impression] - (5 * recent[(int)InteractionKind.Click]);
        var f = (3 * recent[(int)InteractionKind.Dismiss]) + (0.1 * Math.Max(0, passedOver));
        return f / (5 + f);
    }

    /// <summary>How much a doing says about tastes, and what.</summary>
    /// <param name="kind">What was done.</param>
    /// <param name="dwell">How long, for a view.</param>
    /// <returns>A value in [−1, 1] and the weight of it; weight 0 for what says nothing.</returns>
    public static (double Value, double Weight) TasteOf(InteractionKind kind, TimeSpan dwell) => kind switch
    {
        // Seen and passed over: next to nothing, but there are many.
        InteractionKind.Impression => (-0.2, 0.05),
        InteractionKind.View => (0.2 + (0.3 * Math.Min(1, dwell.TotalMinutes)), 0.25),
        InteractionKind.Click => (0.4, 0.4),
        InteractionKind.Wishlist => (0.7, 1),
        InteractionKind.AddToCart => (0.8, 1.5),
        InteractionKind.RemoveFromCart => (-0.4, 1),
        InteractionKind.Purchase => (1, 3),
        InteractionKind.Return => (-0.8, 3),
        InteractionKind.Dismiss => (-0.8, 1.5),
        _ => (0, 0),
    };

    private static double OpenSteps(ReadOnlySpan<double> recent) =>
        recent[(int)InteractionKind.CheckoutStep] - (StepsPerPurchase * recent[(int)InteractionKind.Purchase]);

    private static double Log(double count) => Math.Log(1 + Math.Max(0, count));
}
