using System.Runtime.CompilerServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>What only doings tell: recent counts, price position, and the products that a shopper had to do with.</summary>
/// <remarks>There is one for every shopper in memory, so it is one object and an array for each list that has something in it.</remarks>
internal sealed class BehaviourEvidence(ProfileOptions options)
{
    private InteractionCounts _recent;
    private InteractionTotals _total;
    private double _dwellMinutes;
    private double _purchases;
    private double _returns;
    private PriceEvidence _prices;
    private SessionSums _session;

    /// <summary>Products looked at.</summary>
    public RecentItems Viewed = new(options.MaxRecentItems);

    /// <summary>Products put into the cart; those that still hold are in it.</summary>
    public RecentItems Cart = new(options.MaxRecentItems);

    /// <summary>Products bought; those that were sent back no longer hold.</summary>
    public RecentItems Purchased = new(options.MaxRecentItems);

    /// <summary>Products dismissed.</summary>
    public RecentItems Dismissed = new(options.MaxRecentItems);

    /// <summary>Products that were shown, whatever came of it.</summary>
    public ShownItems Shown = new(options.MaxShownItems);

    /// <summary>How often each <see cref="InteractionKind"/> happened, ever.</summary>
    public ReadOnlySpan<uint> Totals => _total;

    /// <summary>The price position's sums.</summary>
    public ref readonly PriceEvidence Prices => ref _prices;

    /// <summary>Takes in an interaction.</summary>
    /// <param name="interaction">What happened.</param>
    /// <param name="source">The event that it was read from.</param>
    /// <param name="product">What the catalogue says about its product; null when it has none, or the catalogue does not know it.</param>
    /// <param name="ticks">When, in UTC ticks.</param>
    /// <param name="sessionWeight">The forward-decayed weight by the session's time constant.</param>
    /// <param name="tasteWeight">The forward-decayed weight by the tastes' time constant.</param>
    /// <returns>Whether a list of products changed.</returns>
    public bool Add(
        in Interaction interaction, ShopperEvent source, ProductFacts? product, long ticks, double sessionWeight, double tasteWeight)
    {
        // The catalogue's string: the event's own would stay for as long as the product is remembered, once per shopper.
        var productId = product?.ProductId ?? source.ProductId;
        var priceRank = product?.PriceRank ?? float.NaN;
        var kind = (int)interaction.Kind;
        _recent[kind] += sessionWeight * CountedTimes(in interaction);
        _total[kind] = _total[kind] == uint.MaxValue ? uint.MaxValue : _total[kind] + 1;
        if (interaction.Kind == InteractionKind.View)
        {
            _dwellMinutes += sessionWeight * ShoppingSignals.MinutesOf(interaction.Dwell);
        }

        _purchases += interaction.Kind == InteractionKind.Purchase ? tasteWeight : 0;
        _returns += interaction.Kind == InteractionKind.Return ? tasteWeight : 0;
        AddPrice(interaction.Kind, priceRank, tasteWeight);
        _session.Add(in interaction, source, priceRank, ticks, sessionWeight);
        if (interaction.Kind == InteractionKind.Impression && productId.Length > 0)
        {
            // Not a change that anybody waits for: a page of suggestions was looked at.
            Shown.Report(productId, ticks);
        }

        return productId.Length > 0 && AddProduct(interaction.Kind, productId, ticks);
    }

    /// <summary>Takes in all that another holds, its session's and tastes' sums worth so much of themselves here.</summary>
    public void Add(BehaviourEvidence other, double sessionScale, double tasteScale)
    {
        for (var i = 0; i < Interaction.Kinds; i++)
        {
            _recent[i] += other._recent[i] * sessionScale;
            _total[i] = (uint)Math.Min(uint.MaxValue, (ulong)_total[i] + other._total[i]);
        }

        _dwellMinutes += other._dwellMinutes * sessionScale;
        _purchases += other._purchases * tasteScale;
        _returns += other._returns * tasteScale;
        _prices.Add(in other._prices, tasteScale);
        _session.Add(in other._session, sessionScale);
        Viewed.Report(in other.Viewed);
        Cart.Report(in other.Cart);
        Purchased.Report(in other.Purchased);
        Dismissed.Report(in other.Dismissed);
        Shown.Report(in other.Shown);
    }

    /// <summary>Multiplies the sums that decay with the session.</summary>
    public void ScaleSession(double factor)
    {
        foreach (ref var count in _recent)
        {
            count *= factor;
        }

        _dwellMinutes *= factor;
        _session.Scale(factor);
    }

    /// <summary>Multiplies the sums that decay with the tastes.</summary>
    public void ScaleTastes(double factor)
    {
        _purchases *= factor;
        _returns *= factor;
        _prices.Scale(factor);
    }

    /// <summary>The session as of a moment at which its sums are worth so much of themselves.</summary>
    public SessionWindow ReadWindow(double worth, long ticks)
    {
        var counts = default(InteractionCounts);
        for (var i = 0; i < Interaction.Kinds; i++)
        {
            counts[i] = _recent[i] * worth;
        }

        var window = new SessionWindow { Counts = counts, Minutes = _dwellMinutes * worth, CartSize = Cart.CountHeld() };
        window = _session.ReadInto(in window, worth, ticks, options.ShortTimeConstant);
        return window with { Repeats = Repeats(window.ItemViews, ticks) };
    }

    /// <summary>Sent back over bought, shrunk by two purchases without a return, [0, 1].</summary>
    public double ReturnRate(double worth) => Math.Min(1, _returns * worth / ((_purchases * worth) + 2));

    /// <summary>Writes everything.</summary>
    public void Write(StateWriter writer)
    {
        for (var i = 0; i < Interaction.Kinds; i++)
        {
            writer.Double(_recent[i]);
            writer.UInt(_total[i]);
        }

        writer.Double(_dwellMinutes);
        writer.Double(_purchases);
        writer.Double(_returns);
        _prices.Write(writer);
        Viewed.Write(writer);
        Cart.Write(writer);
        Purchased.Write(writer);
        Dismissed.Write(writer);
        Shown.Write(writer);
        _session.Write(writer);
    }

    /// <summary>Reads everything. Before format 2 nobody wrote down what was shown, before 3 what a visit was made of.</summary>
    public void Read(ref StateReader reader, IKnownTexts known, byte format, long newestTicks)
    {
        for (var i = 0; i < Interaction.Kinds; i++)
        {
            _recent[i] = StateCheck.NotNegative(reader.Double(), "a count");
            var total = reader.UInt();
            StateCheck.That(total <= uint.MaxValue, "a count");
            _total[i] = (uint)total;
        }

        _dwellMinutes = StateCheck.NotNegative(reader.Double(), "a dwell");
        _purchases = StateCheck.NotNegative(reader.Double(), "a weight");
        _returns = StateCheck.NotNegative(reader.Double(), "a weight");
        _prices = PriceEvidence.Read(ref reader);
        Viewed.Read(ref reader, known);
        Cart.Read(ref reader, known);
        Purchased.Read(ref reader, known);
        Dismissed.Read(ref reader, known);
        if (format >= 2)
        {
            Shown.Read(ref reader, known);
        }

        _session = format >= 3 ? SessionSums.Read(ref reader) : SessionSums.Since(newestTicks);
    }

    /// <summary>Ten clicks in anger are one outburst; otherwise an event is one doing, however many units it is about.</summary>
    private static double CountedTimes(in Interaction interaction) =>
        interaction.Kind == InteractionKind.RageClick ? Math.Min(interaction.Count, 10) / 3.0 : 1;

    /// <summary>
    /// Of the views of products those that are not their product's last. Each product is remembered with its last time: taking
    /// that view's weight off for each leaves the others', whatever order they came in.
    /// </summary>
    private double Repeats(double itemViews, long ticks)
    {
        var left = itemViews;
        foreach (ref readonly var item in Viewed.Items)
        {
            var weight = Math.Exp((item.Ticks - ticks) / (double)options.ShortTimeConstant.Ticks);
            if (weight < 1e-6)
            {
                return Math.Max(0, left);
            }

            left -= weight;
        }

        // All that are remembered are of this session: which were forgotten, and how often they were viewed, nobody knows.
        return Viewed.Items.Length == options.MaxRecentItems ? 0 : Math.Max(0, left);
    }

    private void AddPrice(InteractionKind kind, float rank, double weight)
    {
        // A rank outside [0, 1] is one that nobody has worked out.
        if (!(rank >= 0 && rank <= 1))
        {
            return;
        }

        if (kind is InteractionKind.View or InteractionKind.Click)
        {
            _prices.AddViewed(rank, weight);
        }
        else if (kind is InteractionKind.AddToCart or InteractionKind.Purchase)
        {
            _prices.AddTaken(rank, weight);
        }
    }

    private bool AddProduct(InteractionKind kind, string productId, long ticks) => kind switch
    {
        InteractionKind.View or InteractionKind.Click =>
            Viewed.Report(productId, ticks, holds: true),
        InteractionKind.AddToCart => Cart.Report(productId, ticks, holds: true),
        InteractionKind.RemoveFromCart => Cart.Report(productId, ticks, holds: false),
        InteractionKind.Purchase => Purchased.Report(productId, ticks, holds: true) | Cart.Report(productId, ticks, holds: false),
        InteractionKind.Return => Purchased.Report(productId, ticks, holds: false),
        InteractionKind.Dismiss => Dismissed.Report(productId, ticks, holds: true),
        _ => false,
    };

    /// <summary>One count per <see cref="InteractionKind"/>, ever.</summary>
    [InlineArray(Interaction.Kinds)]
    private struct InteractionTotals
    {
        private uint _first;
    }
}
