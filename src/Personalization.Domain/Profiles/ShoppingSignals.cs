using Personalization.Domain.Products;

namespace Personalization.Domain.Profiles;

/// <summary>
/// What recent doings say about where a shopper stands: pure functions of counts that decay with the session's time
/// constant, so of what happened and when, in any order. The weights are hand-set starting values, to be read as log-odds
/// and rates.
/// </summary>
public static class ShoppingSignals
{
    /// <summary>Which rule <see cref="Intent"/> is, where a model may tell it instead.</summary>
    public const string IntentRule = "intent-rule@1";

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
    /// longer still at what is dear, coming back to the same product, looking for a coupon, putting in and taking out again,
    /// clicking in anger, starting the checkout over, leaving it, searching on and on.
    /// </summary>
    /// <param name="window">The session.</param>
    /// <remarks>
    /// h = (0.15·max(0, minutes − d) + 0.1·max(0, dear minutes − d) + 0.1·max(0, repeats − 1) + 0.4·ℓ(coupon searches)
    /// + 0.5·min(adds, removes) + 0.35·ℓ(rage clicks) + 0.5·abandons + 0.2·max(0, steps − 4·purchases − 3)
    /// + 0.1·max(0, searches − 2)) / (1 + 2·purchases), with d = 2·(adds + wishes + purchases): who has bought is not torn.
    /// </remarks>
    public static double Hesitation(in SessionWindow window)
    {
        var purchases = window.Of(InteractionKind.Purchase);
        var done = 2 * (window.Of(InteractionKind.AddToCart) + window.Of(InteractionKind.Wishlist) + purchases);
        var h = (0.15 * Beyond(window.Minutes, done))
            + (0.1 * Beyond(window.DearMinutes, done))
            + (0.1 * Beyond(window.Repeats, 1))
            + (0.4 * Log(window.CouponSearches))
            + (0.5 * window.CartCycles)
            + (0.35 * Log(window.Of(InteractionKind.RageClick)))
            + (0.5 * window.Of(InteractionKind.Abandon))
            + (0.2 * Beyond(window.OpenSteps, 3))
            + (0.1 * Beyond(window.Of(InteractionKind.Search), 2));
        return 1 - Math.Exp(-h / (1 + (2 * purchases)));
    }

    /// <summary>
    /// How much gets in the shopper's way, [0, 1): 1 − e^(−f), f being the sum of the signs of it: clicking in anger, going back
    /// and forth between products, searching and finding nothing, the same steps of the checkout again, giving it up.
    /// </summary>
    /// <param name="window">The session.</param>
    /// <remarks>
    /// f = (0.6·ℓ(rage clicks) + 0.2·max(0, repeats − 2) + 0.25·max(0, fruitless searches − 1)
    /// + 0.2·max(0, steps − 4·purchases − 4) + 0.2·abandons) / (1 + 2·purchases): it went well in the end.
    /// </remarks>
    public static double Frustration(in SessionWindow window)
    {
        var f = (0.6 * Log(window.Of(InteractionKind.RageClick)))
            + (0.2 * Beyond(window.Repeats, 2))
            + (0.25 * Beyond(window.FruitlessSearches, 1))
            + (0.2 * Beyond(window.OpenSteps, StepsPerPurchase))
            + (0.2 * window.Of(InteractionKind.Abandon));
        return 1 - Math.Exp(-f / (1 + (2 * window.Of(InteractionKind.Purchase))));
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

    /// <summary>How long a stay on a page counts, in minutes.</summary>
    internal static double MinutesOf(TimeSpan dwell) => Math.Min(dwell.TotalMinutes, MaxDwellMinutes);

    private static double OpenSteps(ReadOnlySpan<double> recent) =>
        recent[(int)InteractionKind.CheckoutStep] - (StepsPerPurchase * recent[(int)InteractionKind.Purchase]);

    private static double Beyond(double count, double usual) => Math.Max(0, count - usual);

    private static double Log(double count) => Math.Log(1 + Math.Max(0, count));
}
