using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>
/// What of a visit the counts per kind do not tell, as sums that decay with the session, and since when the shopper has been
/// heard of. Six numbers, for there is one of these for every shopper.
/// </summary>
internal struct SessionSums
{
    private double _itemViews;
    private double _otherViews;
    private double _otherMinutes;
    private double _dearMinutes;
    private double _couponSearches;

    /// <summary>In UTC ticks; 0 for never.</summary>
    private long _first;

    /// <summary>Takes in an interaction.</summary>
    /// <param name="interaction">What happened.</param>
    /// <param name="source">The event that it was read from.</param>
    /// <param name="priceRank">Where its product's price stands; NaN when unknown.</param>
    /// <param name="ticks">When, in UTC ticks.</param>
    /// <param name="weight">The forward-decayed weight by the session's time constant.</param>
    public void Add(in Interaction interaction, ShopperEvent source, float priceRank, long ticks, double weight)
    {
        Begin(ticks);
        if (interaction.Kind == InteractionKind.View)
        {
            AddView(ShoppingSignals.MinutesOf(interaction.Dwell) * weight, source, priceRank, weight);
        }
        else if (source.Payload is BehaviourPayload { Action: BehaviourKind.Search } search)
        {
            _couponSearches += CouponWords.AreIn(search.Term) ? weight : 0;
        }
    }

    /// <summary>Takes in another visit's sums, worth so much of themselves here.</summary>
    public void Add(in SessionSums other, double scale)
    {
        Begin(other._first);
        _itemViews += other._itemViews * scale;
        _otherViews += other._otherViews * scale;
        _otherMinutes += other._otherMinutes * scale;
        _dearMinutes += other._dearMinutes * scale;
        _couponSearches += other._couponSearches * scale;
    }

    /// <summary>Multiplies the sums.</summary>
    public void Scale(double factor)
    {
        _itemViews *= factor;
        _otherViews *= factor;
        _otherMinutes *= factor;
        _dearMinutes *= factor;
        _couponSearches *= factor;
    }

    /// <summary>The sums as of a moment at which they are worth so much of themselves.</summary>
    public readonly SessionWindow ReadInto(in SessionWindow window, double worth, long ticks, TimeSpan session) => window with
    {
        ItemViews = _itemViews * worth,
        OtherViews = _otherViews * worth,
        OtherMinutes = _otherMinutes * worth,
        DearMinutes = _dearMinutes * worth,
        CouponSearches = _couponSearches * worth,
        IsReturning = _first == 0 ? null : ticks - _first > SessionWindow.Lengths * session.Ticks,
    };

    /// <summary>Writes the sums.</summary>
    public readonly void Write(StateWriter writer)
    {
        writer.Double(_itemViews);
        writer.Double(_otherViews);
        writer.Double(_otherMinutes);
        writer.Double(_dearMinutes);
        writer.Double(_couponSearches);
        writer.Int(_first);
    }

    /// <summary>Reads sums.</summary>
    public static SessionSums Read(ref StateReader reader) => new()
    {
        _itemViews = StateCheck.NotNegative(reader.Double(), "a count"),
        _otherViews = StateCheck.NotNegative(reader.Double(), "a count"),
        _otherMinutes = StateCheck.NotNegative(reader.Double(), "a dwell"),
        _dearMinutes = StateCheck.NotNegative(reader.Double(), "a dwell"),
        _couponSearches = StateCheck.NotNegative(reader.Double(), "a count"),
        _first = Math.Max(0, StateCheck.Ticks(ref reader)),
    };

    /// <summary>What a state that did not have them begins with: it was heard of no later than at its newest event.</summary>
    public static SessionSums Since(long newestTicks) => new() { _first = Math.Max(0, newestTicks) };

    private void AddView(double minutes, ShopperEvent source, float priceRank, double weight)
    {
        _itemViews += source.ProductId.Length > 0 ? weight : 0;
        if (IsOther(source))
        {
            _otherViews += weight;
            _otherMinutes += minutes;
        }

        // A rank that nobody has worked out is none; in the cheaper half nobody ponders the price.
        _dearMinutes += priceRank > 0.5f && priceRank <= 1 ? minutes * ((2 * priceRank) - 1) : 0;
    }

    private void Begin(long ticks) => _first = ticks <= 0 ? _first : _first == 0 ? ticks : Math.Min(_first, ticks);

    /// <summary>A page that shows no products to choose from.</summary>
    private static bool IsOther(ShopperEvent source) => source.ProductId.Length == 0
        && source.Touchpoint is not (Touchpoint.Home or Touchpoint.Category or Touchpoint.Search or Touchpoint.Product or Touchpoint.TryOn);
}
