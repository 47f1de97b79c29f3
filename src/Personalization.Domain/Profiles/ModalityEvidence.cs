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
    private readonly uint[] _channels = new uint[Enum.GetValues<Channel>().Length];
    private readonly double[] _emotions = new double[EmotionDistribution.Count];
    private readonly AffinityTable[] _affinities;

    /// <summary>Evidence that holds nothing yet.</summary>
    public ModalityEvidence(ProfileOptions options, bool isBehaviour)
    {
        Short = new FeelingHistory(options.ShortTimeConstant);
        Long = new FeelingHistory(options.LongTimeConstant);
        Behaviour = isBehaviour ? new BehaviourEvidence(options) : null;
        _affinities =
        [
            new AffinityTable(FacetKind.Category, options.MaxCategories),
            new AffinityTable(FacetKind.Brand, options.MaxBrands),
            new AffinityTable(FacetKind.Attribute, options.MaxAttributes),
        ];
    }

    /// <summary>Feelings by cells of the session's time constant.</summary>
    public FeelingHistory Short { get; }

    /// <summary>Feelings by cells of the longer run's time constant.</summary>
    public FeelingHistory Long { get; }

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

    /// <summary>Σ of emotion weights by trust, forward-decayed with the session.</summary>
    public ReadOnlySpan<double> Emotions => _emotions;

    /// <summary>Events per <see cref="Channel"/>, ever.</summary>
    public ReadOnlySpan<uint> Channels => _channels;

    /// <summary>The affinities to facets of a kind.</summary>
    public AffinityTable Affinities(FacetKind kind) => _affinities[(int)kind];

    /// <summary>Counts an event.</summary>
    public void Count(Channel channel, long ticks, double sessionWeight)
    {
        Events++;
        RecentEvents += sessionWeight;
        Reach(ticks);
        if ((int)channel < _channels.Length)
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
        Short.Add(ticks, valence, precision.Valence, arousal, precision.Arousal);
        Long.Add(ticks, valence, precision.Valence, arousal, precision.Arousal);
        Information += tasteWeight * precision.Valence;
        for (var i = 0; i < EmotionDistribution.Count; i++)
        {
            var weight = observation.Emotions[i];
            _emotions[i] += weight is > 0 and <= 1 ? sessionWeight * trust * weight : 0;
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
            Affinities(FacetKind.Brand).Add(in brand, weight, value);
        }

        var levels = product.CategoryFacets;
        for (var i = 0; i < levels.Length; i++)
        {
            Affinities(FacetKind.Category).Add(in levels.ItemRef(i), i == levels.Length - 1 ? weight : weight / 2, value);
        }

        foreach (ref readonly var attribute in product.AttributeFacets.AsSpan())
        {
            Affinities(FacetKind.Attribute).Add(in attribute, weight / 2, value);
        }
    }

    /// <summary>Takes in all that another holds, its session's and tastes' sums worth so much of themselves here.</summary>
    public void Add(ModalityEvidence other, double sessionScale, double tasteScale)
    {
        Short.Add(other.Short);
        Long.Add(other.Long);
        Events += other.Events;
        Observations += other.Observations;
        NewestTicks = Math.Max(NewestTicks, other.NewestTicks);
        RecentEvents += other.RecentEvents * sessionScale;
        Information += other.Information * tasteScale;
        for (var i = 0; i < _emotions.Length; i++)
        {
            _emotions[i] += other._emotions[i] * sessionScale;
        }

        for (var i = 0; i < _channels.Length; i++)
        {
            _channels[i] += other._channels[i];
        }

        for (var i = 0; i < _affinities.Length; i++)
        {
            _affinities[i].Add(other._affinities[i], tasteScale);
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
        foreach (var table in _affinities)
        {
            table.Scale(factor);
        }

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
        writer.UInt((ulong)_channels.Length);
        foreach (var count in _channels)
        {
            writer.UInt(count);
        }

        writer.UInt((ulong)_emotions.Length);
        foreach (var weight in _emotions)
        {
            writer.Double(weight);
        }

        Short.Write(writer);
        Long.Write(writer);
        foreach (var table in _affinities)
        {
            table.Write(writer);
        }

        Behaviour?.Write(writer);
    }

    /// <summary>Reads everything. Channels and emotions may have been fewer when it was written.</summary>
    public void Read(ref StateReader reader, byte format)
    {
        Events = (long)Math.Min(long.MaxValue, reader.UInt());
        Observations = (long)Math.Min(long.MaxValue, reader.UInt());
        NewestTicks = StateCheck.Ticks(ref reader);
        RecentEvents = StateCheck.NotNegative(reader.Double(), "a count");
        Information = StateCheck.NotNegative(reader.Double(), "a sum of precisions");
        var channels = reader.Count();
        StateCheck.That(channels <= _channels.Length, "the number of channels");
        for (var i = 0; i < channels; i++)
        {
            var count = reader.UInt();
            StateCheck.That(count <= uint.MaxValue, "a count");
            _channels[i] = (uint)count;
        }

        var emotions = reader.Count(minimumSize: 8);
        StateCheck.That(emotions <= _emotions.Length, "the number of emotions");
        for (var i = 0; i < emotions; i++)
        {
            _emotions[i] = StateCheck.NotNegative(reader.Double(), "an emotion's weight");
        }

        Short.Read(ref reader);
        Long.Read(ref reader);
        foreach (var table in _affinities)
        {
            table.Read(ref reader);
        }

        Behaviour?.Read(ref reader, format, NewestTicks);
    }
}
