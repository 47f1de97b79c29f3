using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.Domain.Validation;

namespace Personalization.Domain.Products;

/// <summary><see cref="ProductOptions"/>, checked and made ready: one for all products of a process. Immutable and safe to share.</summary>
public sealed class ProductModel
{
    private readonly ProfileModel _readings;
    private readonly double _dispersion;

    /// <summary>Makes a model.</summary>
    /// <param name="options">How to weigh and forget.</param>
    /// <param name="readings">How far readings are to be trusted: the same as for profiles.</param>
    /// <exception cref="ArgumentException">The options break a rule; the message names each field and its allowed range.</exception>
    public ProductModel(ProductOptions options, ProfileModel readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        RangeCheck.ThrowIfAny(ProductOptionsValidator.Validate(options), nameof(options));
        Options = options;
        _readings = readings;
        _dispersion = options.Dispersion * options.Dispersion;
    }

    /// <summary>The model of the default options.</summary>
    public static ProductModel Default { get; } = new(new ProductOptions(), ProfileModel.Default);

    /// <summary>What it was made of.</summary>
    public ProductOptions Options { get; }

    /// <summary>What is usual where no category says better.</summary>
    public SentimentPrior Prior => new(Options.PriorMean, Options.PriorDeviation * Options.PriorDeviation);

    /// <summary>Reads out of an event what it says about its product.</summary>
    /// <param name="source">The event. Consent to analytics has been checked.</param>
    /// <param name="observation">What was felt in it; null when it carries no feeling or could not be scored.</param>
    /// <param name="contribution">What it adds.</param>
    /// <returns>False when it is about no product or says nothing about it.</returns>
    /// <remarks>
    /// One shopper's feeling strays from the product's mean with variance s² (<see cref="ProductOptions.Dispersion"/>) and its
    /// reading from the feeling with variance r, so about the mean it has precision 1/(s² + r): s²/(s² + r) of what a sure
    /// reading has. That is its weight.
    /// </remarks>
    public bool TryRead(ShopperEvent source, SentimentObservation? observation, out ProductContribution contribution)
    {
        ArgumentNullException.ThrowIfNull(source);
        contribution = default;
        if (source.ProductId.Length == 0)
        {
            return false;
        }

        var read = new ProductContribution
        {
            Ticks = Math.Min(source.OccurredAt.UtcTicks, source.ReceivedAt.UtcTicks),
            Channel = source.Channel,
            Touchpoint = source.Touchpoint,
            Aspects = [],
        };
        var says = false;
        if (Interaction.TryRead(source.Payload, out var interaction))
        {
            read = WithInteraction(in read, in interaction);
            says = true;
        }

        if (observation is not null && _readings.TrustOf(observation, source.Touchpoint, source.Channel) > 0)
        {
            read = WithFeeling(in read, observation);
            says = true;
        }

        contribution = says ? read : default;
        return says;
    }

    private ProductContribution WithInteraction(in ProductContribution read, in Interaction interaction)
    {
        var revenue = interaction.Kind switch
        {
            InteractionKind.Purchase => Math.Abs(interaction.Revenue),
            InteractionKind.Return => -Math.Abs(interaction.Revenue),
            _ => 0m,
        };
        var foreign = revenue != 0 && Options.ReportingCurrency.Length > 0 && interaction.Currency != Options.ReportingCurrency;
        return read with { Interaction = interaction, Revenue = foreign ? 0 : revenue, OtherCurrency = foreign };
    }

    private ProductContribution WithFeeling(in ProductContribution read, SentimentObservation observation)
    {
        var (valence, arousal) = _readings.PrecisionOf(observation, read.Touchpoint, read.Channel);
        return read with
        {
            Valence = Math.Clamp(observation.Valence, -1.0, 1.0),
            ValenceWeight = WeightOf(valence),
            Arousal = Math.Clamp(observation.Arousal, -1.0, 1.0),
            ArousalWeight = WeightOf(arousal),
            Aspects = WeighedAspects(observation, valence / Math.Min(1, observation.Confidence)),
        };
    }

    /// <summary>The aspects that say something, each with its weight in place of its confidence.</summary>
    private ImmutableArray<AspectSentiment> WeighedAspects(SentimentObservation observation, double surePrecision)
    {
        if (observation.Aspects.IsDefaultOrEmpty)
        {
            return [];
        }

        var weighed = ImmutableArray.CreateBuilder<AspectSentiment>(observation.Aspects.Length);
        foreach (var aspect in observation.Aspects)
        {
            if (float.IsFinite(aspect.Valence) && aspect.Confidence > 0)
            {
                var weight = WeightOf(surePrecision * Math.Min(1, aspect.Confidence));
                weighed.Add(aspect with { Valence = Math.Clamp(aspect.Valence, -1f, 1f), Confidence = (float)weight });
            }
        }

        return weighed.ToImmutable();
    }

    private double WeightOf(double precision) => _dispersion * precision / (1 + (_dispersion * precision));
}
