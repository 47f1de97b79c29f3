using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Products;

// What an aggregate says. Nothing here changes it.
public sealed partial class ProductSentiment
{
    /// <summary>Less decayed weight than this is none.</summary>
    private const double MinWeight = 1e-6;

    /// <summary>The arousal that is usual has the same spread as valence.</summary>
    private const double ArousalPriorMean = 0;

    /// <summary>An aspect is loved when its valence is surely above this.</summary>
    private const double LovedFrom = 0.2;

    private static readonly ImmutableArray<string> s_aspects = [.. Enum.GetNames<ProductAspect>().Select(static n => n.ToLowerInvariant())];
    private static readonly ImmutableArray<string> s_channels = [.. Enum.GetNames<Channel>()];
    private static readonly ImmutableArray<string> s_touchpoints = [.. Enum.GetNames<Touchpoint>()];

    /// <summary>Works out what the aggregate says as of a moment.</summary>
    /// <param name="asOf">The moment; one before the newest event is taken as that event's.</param>
    /// <param name="prior">What is usual among products like this; null for <see cref="ProductModel.Prior"/>.</param>
    public ProductSentimentSummary Summarize(DateTimeOffset asOf, SentimentPrior? prior = null)
    {
        var ticks = Math.Max(asOf.UtcTicks, _sums.NewestTicks);
        var (longWorth, shortWorth) = _sums.Worth(ticks);
        var usual = prior ?? _model.Prior;
        var spread = Spread(in _sums.Long, longWorth);
        var (valence, recent) = Valences(longWorth, shortWorth, spread, usual);
        return new ProductSentimentSummary
        {
            AsOf = new DateTimeOffset(ticks, TimeSpan.Zero),
            Revision = Revision,
            Valence = valence,
            Raw = Raw(longWorth, spread),
            Arousal = Posterior(
                in _sums.Arousal, longWorth, Spread(in _sums.Arousal, longWorth), usual with { Mean = ArousalPriorMean }),
            Weight = _sums.Long.Weight * longWorth,
            Observations = _sums.Observations,
            Dispersion = Math.Sqrt(spread),
            Recent = recent,
            Trend = recent.Mean - valence.Mean,
            ByAspect = SlicesOf(0, s_aspects, longWorth, spread, valence),
            ByChannel = SlicesOf(ProductSums.FirstChannel, s_channels, longWorth, spread, valence),
            ByTouchpoint = SlicesOf(ProductSums.FirstTouchpoint, s_touchpoints, longWorth, spread, valence),
            Totals = [.. _sums.Totals],
            Revenue = _sums.Revenue,
            OtherCurrencyCount = _sums.OtherCurrency,
            Popularity = Interest(_sums.LongCounts, longWorth),
            Momentum = Momentum(longWorth, shortWorth),
            LastEventAt = _sums.NewestTicks == long.MinValue ? null : new DateTimeOffset(_sums.NewestTicks, TimeSpan.Zero),
        };
    }

    /// <summary>What <see cref="Summarize"/> says first, and nothing else: for whoever asks often.</summary>
    /// <param name="asOf">As of when; not before the newest event.</param>
    /// <param name="prior">What is usual of such products; null for the model's.</param>
    public ProductSentimentGlance Glance(DateTimeOffset asOf, SentimentPrior? prior = null)
    {
        var ticks = Math.Max(asOf.UtcTicks, _sums.NewestTicks);
        var (longWorth, shortWorth) = _sums.Worth(ticks);
        var (valence, recent) = Valences(longWorth, shortWorth, Spread(in _sums.Long, longWorth), prior ?? _model.Prior);
        return new ProductSentimentGlance(valence, _sums.Long.Weight * longWorth, recent.Mean - valence.Mean);
    }

    /// <summary>
    /// The aspect that shoppers surely like best, such as <c>texture</c>: the largest lower bound (mean less a standard deviation)
    /// of those with at least one sure reading, above <see cref="LovedFrom"/>; null for none.
    /// </summary>
    /// <param name="asOf">As of when; not before the newest event.</param>
    /// <param name="prior">What is usual of such products; null for the model's.</param>
    public string? LovedAspect(DateTimeOffset asOf, SentimentPrior? prior = null)
    {
        var (longWorth, shortWorth) = _sums.Worth(Math.Max(asOf.UtcTicks, _sums.NewestTicks));
        var spread = Spread(in _sums.Long, longWorth);
        var (valence, _) = Valences(longWorth, shortWorth, spread, prior ?? _model.Prior);
        var usual = new SentimentPrior(valence.Mean, valence.Variance + Square(_model.Options.SliceDeviation));
        var (loved, best) = ((string?)null, LovedFrom);
        for (var i = 0; i < (int)ProductAspect.Other; i++)
        {
            ref readonly var sums = ref _sums.BySlice[i];
            if (sums.Weight * longWorth >= 1 && Posterior(in sums, longWorth, spread, usual) is var felt && felt.Mean - felt.StandardDeviation > best)
            {
                (loved, best) = (s_aspects[i], felt.Mean - felt.StandardDeviation);
            }
        }

        return loved;
    }

    private (GaussianEstimate Valence, GaussianEstimate Recent) Valences(double longWorth, double shortWorth, double spread, SentimentPrior usual)
    {
        var valence = Posterior(in _sums.Long, longWorth, spread, usual);
        var trend = Square(_model.Options.TrendDeviation);

        // Lately is taken to be as in the long run until enough is said lately that tells otherwise.
        var recent = Posterior(in _sums.Short, shortWorth, spread, new SentimentPrior(valence.Mean, valence.Variance + trend));
        return (valence, recent);
    }

    /// <summary>
    /// The variance of feelings about the product: what is seen, (Σw(v − v̄)²), with the belief of <see cref="ProductOptions.Dispersion"/>
    /// counted as so many readings more.
    /// </summary>
    private double Spread(in SentimentSums sums, double worth)
    {
        var belief = _model.Options.DispersionWeight;
        var seen = sums.Weight > 0 ? Math.Max(0, sums.Second - (sums.First * sums.First / sums.Weight)) * worth : 0;
        return ((belief * Square(_model.Options.Dispersion)) + seen) / (belief + (sums.Weight * worth));
    }

    /// <summary>
    /// The normal posterior of a mean: prior N(μ, τ²) and weight n of readings that spread by s² about it give precision
    /// 1/τ² + n/s², and a mean between the two by their precisions.
    /// </summary>
    private static GaussianEstimate Posterior(in SentimentSums sums, double worth, double spread, SentimentPrior prior)
    {
        var weight = sums.Weight * worth;
        if (!(weight > MinWeight))
        {
            return new GaussianEstimate(prior.Mean, prior.Variance);
        }

        var precision = (1 / prior.Variance) + (weight / spread);
        var mean = ((prior.Mean / prior.Variance) + (sums.First * worth / spread)) / precision;
        return new GaussianEstimate(Math.Clamp(mean, -1, 1), 1 / precision);
    }

    private GaussianEstimate? Raw(double worth, double spread)
    {
        var weight = _sums.Long.Weight * worth;
        return weight > MinWeight ? new GaussianEstimate(Math.Clamp(_sums.Long.First / _sums.Long.Weight, -1, 1), spread / weight) : null;
    }

    private ImmutableArray<SentimentSlice> SlicesOf(
        int first, ImmutableArray<string> names, double worth, double spread, GaussianEstimate whole)
    {
        var prior = new SentimentPrior(whole.Mean, whole.Variance + Square(_model.Options.SliceDeviation));
        var slices = ImmutableArray.CreateBuilder<SentimentSlice>();
        for (var i = 0; i < names.Length; i++)
        {
            ref readonly var sums = ref _sums.BySlice[first + i];
            if (sums.Weight * worth > MinWeight)
            {
                slices.Add(new SentimentSlice(names[i], i, Posterior(in sums, worth, spread, prior), sums.Weight * worth));
            }
        }

        return slices.ToImmutable();
    }

    /// <summary>
    /// log₂ of the rate of interest lately over the long run's, each with three views' worth of the usual added: 0 as usual,
    /// 1 twice as much.
    /// </summary>
    private double Momentum(double longWorth, double shortWorth)
    {
        const double Usual = 3;
        var share = _model.Options.ShortTimeConstant / _model.Options.LongTimeConstant;
        var expected = Interest(_sums.LongCounts, longWorth) * share;
        return Math.Log2((Interest(_sums.ShortCounts, shortWorth) + Usual) / (expected + Usual));
    }

    /// <summary>Interest in units of a view: what is done to get a product weighs more, and sending it back takes away.</summary>
    private static double Interest(ReadOnlySpan<double> counts, double worth) => Math.Max(0, worth * (
        counts[(int)InteractionKind.View]
        + counts[(int)InteractionKind.Click]
        + (2 * counts[(int)InteractionKind.Wishlist])
        + (4 * counts[(int)InteractionKind.AddToCart])
        + (10 * counts[(int)InteractionKind.Purchase])
        - (2 * counts[(int)InteractionKind.RemoveFromCart])
        - (8 * counts[(int)InteractionKind.Return])));

    private static double Square(double value) => value * value;
}
