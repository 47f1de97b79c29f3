using System.Runtime.CompilerServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>
/// All that a profile has from one modality and from nowhere else, so that withdrawing the consent to a modality is
/// dropping one object. What a profile says is worked out from these when it is read.
/// </summary>
internal sealed class ModalityEvidence
{
    private const int ChannelKinds = (int)Channel.Store + 1;

    private readonly ProfileOptions _options;
    private ChannelCounts _channels;
    private FeelingHistory _short;
    private FeelingHistory _long;
    private AffinityTable _affinities;

    // Made for the first reading that has any: what is done seldom has.
    private double[]? _emotions;

    /// <summary>Evidence that holds nothing yet.</summary>
    public ModalityEvidence(ProfileOptions options, bool isBehaviour)
    {
        _options = options;
        _short = new FeelingHistory(options.ShortTimeConstant);
        _long = new FeelingHistory(options.LongTimeConstant);
        Behaviour = isBehaviour ? new BehaviourEvidence(options) : null;
    }

    /// <summary>Feelings by cells of the session's time constant.</summary>
    public ref readonly FeelingHistory Short => ref _short;

    /// <summary>Feelings by cells of the longer run's time constant.</summary>
    public ref readonly FeelingHistory Long => ref _long;

    /// <summary>What only doings tell; null for other modalities.</summary>
    public BehaviourEvidence? Behaviour { get; }

    /// <summary>Events folded in, ever.</summary>
    public long Events { get; private set; }

    /// <summary>Observations folded in that said something, ever.</summary>
    public long Observations { get; private set; }

    /// <summary>The newest event, in UTC ticks.</summary>
    public long NewestTicks { get; private set; } = long.MinValue;

    /// <summary>Σ of events, forward-decayed with the session.</summary>
    public double RecentEvents { get; private set; }

    /// <summary>Σ of the precision of valence readings, forward-decayed with the tastes: this modality's part in the mood.</summary>
    public double Information { get; private set; }

    /// <summary>Σ of emotion weights by trust, forward-decayed with the session; empty while no reading had any.</summary>
    public ReadOnlySpan<double> Emotions => _emotions;

    /// <summary>Events per <see cref="Channel"/>, ever.</summary>
    public ReadOnlySpan<uint> Channels => _channels;

    /// <summary>The affinities to facets.</summary>
    public ref readonly AffinityTable Affinities => ref _affinities;

    /// <summary>Counts an event.</summary>
    public void Count(Channel channel, long ticks, double sessionWeight)
    {
        Events++;
        RecentEvents += sessionWeight;
        Reach(ticks);
        if ((int)channel < ChannelKinds)
        {
            _channels[(int)channel]++;
        }
    }

    /// <summary>Takes in a reading of feelings.</summary>
    public void Observe(
        SentimentObservation observation, long ticks, (double Valence, double Arousal) precision, double trust,
        double sessionWeight, double tasteWeight)
    {
        var valence = Math.Clamp(observation.Valence, -1.0, 1.0);
        var arousal = Math.Clamp(observation.Arousal, -1.0, 1.0);
        Observations++;
        _short.Add(ticks, valence, precision.Valence, arousal, precision.Arousal);
        _long.Add(ticks, valence, precision.Valence, arousal, precision.Arousal);
        Information += tasteWeight * precision.Valence;
        for (var i = 0; i < EmotionDistribution.Count; i++)
        {
            if (observation.Emotions[i] is > 0 and <= 1 and var weight)
            {
                _emotions ??= new double[EmotionDistribution.Count];
                _emotions[i] += sessionWeight * trust * weight;
            }
        }
    }

    /// <summary>Takes in how drawn the shopper is to a product: fully to its brand and category, by half to the rest.</summary>
    /// <param name="product">The product.</param>
    /// <param name="value">[−1, 1].</param>
    /// <param name="weight">The forward-decayed weight.</param>
    public void Taste(ProductFacts product, double value, double weight)
    {
        if (product.BrandFacet is { } brand)
        {
            _affinities.Add(in brand, weight, value, _options.MaxBrands);
        }

        var levels = product.CategoryFacets;
        for (var i = 0; i < levels.Length; i++)
        {
            _affinities.Add(in levels.ItemRef(i), i == levels.Length - 1 ? weight : weight / 2, value, _options.MaxCategories);
        }

        foreach (ref readonly var attribute in product.AttributeFacets.AsSpan())
        {
            _affinities.Add(in attribute, weight / 2, value, _options.MaxAttributes);
        }
    }

    /// <summary>Takes in all that another holds, its session's and tastes' sums worth so much of themselves here.</summary>
    public void Add(ModalityEvidence other, double sessionScale, double tasteScale)
    {
        _short.Add(in other._short);
        _long.Add(in other._long);
        Events += other.Events;
        Observations += other.Observations;
        NewestTicks = Math.Max(NewestTicks, other.NewestTicks);
        RecentEvents += other.RecentEvents * sessionScale;
        Information += other.Information * tasteScale;
        for (var i = 0; i < other.Emotions.Length; i++)
        {
            _emotions ??= new double[EmotionDistribution.Count];
            _emotions[i] += other.Emotions[i] * sessionScale;
        }

        for (var i = 0; i < ChannelKinds; i++)
        {
            _channels[i] += other._channels[i];
        }

        for (var kind = FacetKind.Category; kind <= FacetKind.Attribute; kind++)
        {
            _affinities.Add(kind, in other._affinities, tasteScale, CapacityOf(kind));
        }

        if (other.Behaviour is { } doings)
        {
            Behaviour!.Add(doings, sessionScale, tasteScale);
        }
    }

    /// <summary>Something of a moment is here now, if it was not before.</summary>
    public void Reach(long ticks) => NewestTicks = Math.Max(NewestTicks, ticks);

    /// <summary>Multiplies the sums that decay with the session.</summary>
    public void ScaleSession(double factor)
    {
        RecentEvents *= factor;
        foreach (ref var emotion in _emotions.AsSpan())
        {
            emotion *= factor;
        }

        Behaviour?.ScaleSession(factor);
    }

    /// <summary>Multiplies the sums that decay with the tastes.</summary>
    public void ScaleTastes(double factor)
    {
        Information *= factor;
        _affinities.Scale(factor);
        Behaviour?.ScaleTastes(factor);
    }

    /// <summary>Writes everything.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt((ulong)Events);
        writer.UInt((ulong)Observations);
        writer.Int(NewestTicks);
        writer.Double(RecentEvents);
        writer.Double(Information);
        writer.UInt(ChannelKinds);
        foreach (var count in _channels)
        {
            writer.UInt(count);
        }

        writer.UInt(EmotionDistribution.Count);
        for (var i = 0; i < EmotionDistribution.Count; i++)
        {
            writer.Double(_emotions?[i] ?? 0);
        }

        _short.Write(writer);
        _long.Write(writer);
        for (var kind = FacetKind.Category; kind <= FacetKind.Attribute; kind++)
        {
            _affinities.Write(kind, writer);
        }

        Behaviour?.Write(writer);
    }

    /// <summary>Reads everything. Channels and emotions may have been fewer when it was written.</summary>
    public void Read(ref StateReader reader, IKnownTexts known, byte format)
    {
        Events = (long)Math.Min(long.MaxValue, reader.UInt());
        Observations = (long)Math.Min(long.MaxValue, reader.UInt());
        NewestTicks = StateCheck.Ticks(ref reader);
        RecentEvents = StateCheck.NotNegative(reader.Double(), "a count");
        Information = StateCheck.NotNegative(reader.Double(), "a sum of precisions");
        var channels = reader.Count();
        StateCheck.That(channels <= ChannelKinds, "the number of channels");
        for (var i = 0; i < channels; i++)
        {
            var count = reader.UInt();
            StateCheck.That(count <= uint.MaxValue, "a count");
            _channels[i] = (uint)count;
        }

        var emotions = reader.Count(minimumSize: 8);
        StateCheck.That(emotions <= EmotionDistribution.Count, "the number of emotions");
        for (var i = 0; i < emotions; i++)
        {
            if (StateCheck.NotNegative(reader.Double(), "an emotion's weight") is > 0 and var weight)
            {
                _emotions ??= new double[EmotionDistribution.Count];
                _emotions[i] = weight;
            }
        }

        _short.Read(ref reader);
        _long.Read(ref reader);
        for (var kind = FacetKind.Category; kind <= FacetKind.Attribute; kind++)
        {
            _affinities.Read(kind, ref reader, CapacityOf(kind));
        }

        _affinities.Trim();

        Behaviour?.Read(ref reader, known, format, NewestTicks);
    }

    private int CapacityOf(FacetKind kind) => kind switch
    {
        FacetKind.Category => _options.MaxCategories,
        FacetKind.Brand => _options.MaxBrands,
        _ => _options.MaxAttributes,
    };

    /// <summary>One count per <see cref="Channel"/>.</summary>
    [InlineArray(ChannelKinds)]
    private struct ChannelCounts
    {
        private uint _first;
    }
}
