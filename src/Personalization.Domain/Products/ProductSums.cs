using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Products;

/// <summary>
/// Everything that is summed about a product. Each term depends on one event alone, so sums of any grouping of the same
/// events are the same, up to rounding.
/// </summary>
internal sealed class ProductSums(ProductOptions options)
{
    /// <summary>How many slices there are: aspects, then channels, then touchpoints.</summary>
    public const int Slices = ProductAspects.Count + ChannelCount + TouchpointCount;

    /// <summary>Where the channels begin among the slices.</summary>
    public const int FirstChannel = ProductAspects.Count;

    /// <summary>Where the touchpoints begin among the slices.</summary>
    public const int FirstTouchpoint = FirstChannel + ChannelCount;

    private const int ChannelCount = (int)Channel.Store + 1;
    private const int TouchpointCount = (int)Touchpoint.Notification + 1;

    private readonly SentimentSums[] _slices = new SentimentSums[Slices];
    private readonly double[] _longCounts = new double[Interaction.Kinds];
    private readonly double[] _shortCounts = new double[Interaction.Kinds];
    private readonly long[] _totals = new long[Interaction.Kinds];
    private SentimentSums _long;
    private SentimentSums _short;
    private SentimentSums _arousal;
    private ForwardDecay _longDecay = new(options.LongTimeConstant);
    private ForwardDecay _shortDecay = new(options.ShortTimeConstant);

    /// <summary>The newest event, in UTC ticks; <see cref="long.MinValue"/> for none.</summary>
    public long NewestTicks { get; private set; } = long.MinValue;

    /// <summary>Readings that said something, ever.</summary>
    public long Observations { get; private set; }

    /// <summary>Money in the reporting currency, purchases less returns, ever. Exact.</summary>
    public decimal Revenue { get; private set; }

    /// <summary>Purchases and returns in another currency, ever.</summary>
    public long OtherCurrency { get; private set; }

    /// <summary>Valence over the long run.</summary>
    public ref readonly SentimentSums Long => ref _long;

    /// <summary>Valence lately.</summary>
    public ref readonly SentimentSums Short => ref _short;

    /// <summary>Arousal over the long run.</summary>
    public ref readonly SentimentSums Arousal => ref _arousal;

    /// <summary>Valence by slice, over the long run.</summary>
    public ReadOnlySpan<SentimentSums> BySlice => _slices;

    /// <summary>How often each <see cref="InteractionKind"/> happened, ever.</summary>
    public ReadOnlySpan<long> Totals => _totals;

    /// <summary>The same, decayed over the long run.</summary>
    public ReadOnlySpan<double> LongCounts => _longCounts;

    /// <summary>The same, decayed fast.</summary>
    public ReadOnlySpan<double> ShortCounts => _shortCounts;

    /// <summary>What the long run's and the short run's sums are worth as of a moment that is not before the newest event.</summary>
    public (double Long, double Short) Worth(long ticks) => (_longDecay.Worth(ticks), _shortDecay.Worth(ticks));

    /// <summary>Adds an event.</summary>
    public void Add(in ProductContribution contribution)
    {
        Advance(contribution.Ticks);
        var longWeight = _longDecay.Weight(contribution.Ticks);
        var shortWeight = _shortDecay.Weight(contribution.Ticks);
        if (contribution.Interaction is { } interaction)
        {
            Count(in interaction, longWeight, shortWeight);
            Revenue += contribution.Revenue;
            OtherCurrency += contribution.OtherCurrency ? 1 : 0;
        }

        if (contribution.ValenceWeight > 0)
        {
            Observations++;
            _long.Add(longWeight * contribution.ValenceWeight, contribution.Valence);
            _short.Add(shortWeight * contribution.ValenceWeight, contribution.Valence);
            _arousal.Add(longWeight * contribution.ArousalWeight, contribution.Arousal);
            AddSlices(in contribution, longWeight);
        }
    }

    /// <summary>Adds other sums of the same options.</summary>
    public void Add(ProductSums other)
    {
        if (other.NewestTicks == long.MinValue)
        {
            return;
        }

        Advance(other.NewestTicks);
        var longScale = _longDecay.ScaleFrom(in other._longDecay);
        var shortScale = _shortDecay.ScaleFrom(in other._shortDecay);
        for (var i = 0; i < Slices; i++)
        {
            _slices[i].Add(in other._slices[i], longScale);
        }

        for (var i = 0; i < Interaction.Kinds; i++)
        {
            _longCounts[i] += other._longCounts[i] * longScale;
            _shortCounts[i] += other._shortCounts[i] * shortScale;
            _totals[i] += other._totals[i];
        }

        _long.Add(in other._long, longScale);
        _short.Add(in other._short, shortScale);
        _arousal.Add(in other._arousal, longScale);
        Observations += other.Observations;
        Revenue += other.Revenue;
        OtherCurrency += other.OtherCurrency;
    }

    /// <summary>Back to nothing, keeping the memory.</summary>
    public void Clear()
    {
        Array.Clear(_slices);
        Array.Clear(_longCounts);
        Array.Clear(_shortCounts);
        Array.Clear(_totals);
        _long = default;
        _short = default;
        _arousal = default;
        _longDecay = new ForwardDecay(options.LongTimeConstant);
        _shortDecay = new ForwardDecay(options.ShortTimeConstant);
        NewestTicks = long.MinValue;
        Observations = 0;
        Revenue = 0;
        OtherCurrency = 0;
    }

    /// <summary>Writes the sums with what they decay by; of slices and counts only those that are not 0.</summary>
    public void Write(StateWriter writer)
    {
        writer.Int(NewestTicks);
        if (NewestTicks == long.MinValue)
        {
            return;
        }

        writer.Int(options.LongTimeConstant.Ticks);
        writer.Int(_longDecay.Landmark);
        writer.Int(options.ShortTimeConstant.Ticks);
        writer.Int(_shortDecay.Landmark);
        writer.UInt((ulong)Observations);
        writer.Decimal(Revenue);
        writer.UInt((ulong)OtherCurrency);
        WriteSums(writer, in _long);
        WriteSums(writer, in _short);
        WriteSums(writer, in _arousal);
        WriteSlices(writer);
        WriteCounts(writer);
    }

    /// <summary>Reads sums into these, which hold nothing yet.</summary>
    public void Read(ref StateReader reader)
    {
        var newest = StateCheck.Ticks(ref reader);
        if (newest == long.MinValue)
        {
            return;
        }

        NewestTicks = newest;
        var longConstant = ReadDecay(ref reader, newest, out var longDecay);
        var shortConstant = ReadDecay(ref reader, newest, out var shortDecay);
        Observations = ReadCount(ref reader);
        Revenue = reader.Decimal();
        OtherCurrency = ReadCount(ref reader);
        _long = ReadSums(ref reader);
        _short = ReadSums(ref reader);
        _arousal = ReadSums(ref reader);
        ReadSlices(ref reader);
        ReadCounts(ref reader);

        // Sums that decayed by other time constants mean the same by any as of the newest event.
        ScaleLong(longConstant == options.LongTimeConstant ? 1 : longDecay.MoveTo(newest));
        ScaleShort(shortConstant == options.ShortTimeConstant ? 1 : shortDecay.MoveTo(newest));
        _longDecay = new ForwardDecay(options.LongTimeConstant, longDecay.Landmark);
        _shortDecay = new ForwardDecay(options.ShortTimeConstant, shortDecay.Landmark);
    }

    private void Count(in Interaction interaction, double longWeight, double shortWeight)
    {
        var kind = (int)interaction.Kind;
        var units = interaction.Kind is InteractionKind.AddToCart or InteractionKind.RemoveFromCart or InteractionKind.Purchase or InteractionKind.Return
            ? interaction.Count
            : 1;
        _totals[kind] += units;
        _longCounts[kind] += longWeight * units;
        _shortCounts[kind] += shortWeight * units;
    }

    private void AddSlices(in ProductContribution contribution, double weight)
    {
        foreach (var aspect in contribution.Aspects.AsSpan())
        {
            _slices[(int)ProductAspects.Parse(aspect.Aspect)].Add(weight * aspect.Confidence, aspect.Valence);
        }

        var whole = weight * contribution.ValenceWeight;
        if ((int)contribution.Channel < ChannelCount)
        {
            _slices[FirstChannel + (int)contribution.Channel].Add(whole, contribution.Valence);
        }

        if ((int)contribution.Touchpoint < TouchpointCount)
        {
            _slices[FirstTouchpoint + (int)contribution.Touchpoint].Add(whole, contribution.Valence);
        }
    }

    private void Advance(long ticks)
    {
        NewestTicks = Math.Max(NewestTicks, ticks);
        ScaleLong(_longDecay.Advance(ticks));
        ScaleShort(_shortDecay.Advance(ticks));
    }

    private void ScaleLong(double factor)
    {
        if (factor == 1)
        {
            return;
        }

        _long.Scale(factor);
        _arousal.Scale(factor);
        foreach (ref var slice in _slices.AsSpan())
        {
            slice.Scale(factor);
        }

        foreach (ref var count in _longCounts.AsSpan())
        {
            count *= factor;
        }
    }

    private void ScaleShort(double factor)
    {
        if (factor == 1)
        {
            return;
        }

        _short.Scale(factor);
        foreach (ref var count in _shortCounts.AsSpan())
        {
            count *= factor;
        }
    }

    private void WriteSlices(StateWriter writer)
    {
        var used = 0;
        foreach (ref readonly var slice in BySlice)
        {
            used += slice.Weight > 0 ? 1 : 0;
        }

        writer.UInt((ulong)used);
        for (var i = 0; i < Slices; i++)
        {
            if (_slices[i].Weight > 0)
            {
                // Slices may be added to each of the three groups later: they are stored by group and number.
                var (group, number) = i >= FirstTouchpoint ? (2, i - FirstTouchpoint) : i >= FirstChannel ? (1, i - FirstChannel) : (0, i);
                writer.Byte((byte)group);
                writer.Byte((byte)number);
                WriteSums(writer, in _slices[i]);
            }
        }
    }

    private void ReadSlices(ref StateReader reader)
    {
        for (var left = reader.Count(minimumSize: 26); left > 0; left--)
        {
            var (group, number) = (reader.Byte(), reader.Byte());
            StateCheck.That(group <= 2, "a slice's group");
            var (first, count) = group switch
            {
                0 => (0, ProductAspects.Count),
                1 => (FirstChannel, ChannelCount),
                _ => (FirstTouchpoint, TouchpointCount),
            };
            StateCheck.That(number < count, "a slice's number");
            _slices[first + number] = ReadSums(ref reader);
        }
    }

    private void WriteCounts(StateWriter writer)
    {
        var used = _totals.AsSpan().Length - _totals.AsSpan().Count(0L);
        writer.UInt((ulong)used);
        for (var i = 0; i < Interaction.Kinds; i++)
        {
            if (_totals[i] > 0)
            {
                writer.Byte((byte)i);
                writer.UInt((ulong)_totals[i]);
                writer.Double(_longCounts[i]);
                writer.Double(_shortCounts[i]);
            }
        }
    }

    private void ReadCounts(ref StateReader reader)
    {
        for (var left = reader.Count(minimumSize: 18); left > 0; left--)
        {
            var kind = reader.Byte();
            StateCheck.That(kind < Interaction.Kinds, "an interaction's kind");
            _totals[kind] = ReadCount(ref reader);
            _longCounts[kind] = StateCheck.NotNegative(reader.Double(), "a count");
            _shortCounts[kind] = StateCheck.NotNegative(reader.Double(), "a count");
        }
    }

    private static TimeSpan ReadDecay(ref StateReader reader, long newest, out ForwardDecay decay)
    {
        var ticks = reader.Int();
        StateCheck.That(ticks > 0, "a time constant");
        var landmark = StateCheck.Ticks(ref reader);
        StateCheck.That(landmark != long.MinValue && landmark <= newest, "a landmark");
        decay = new ForwardDecay(new TimeSpan(ticks), landmark);
        return new TimeSpan(ticks);
    }

    private static long ReadCount(ref StateReader reader)
    {
        var count = reader.UInt();
        StateCheck.That(count <= long.MaxValue, "a count");
        return (long)count;
    }

    private static void WriteSums(StateWriter writer, in SentimentSums sums)
    {
        writer.Double(sums.Weight);
        writer.Double(sums.First);
        writer.Double(sums.Second);
    }

    // A weight is at most e⁴⁰ (ForwardDecay.MaxExponent), and nobody has 10²⁰ readings: more is damage, and overflows when it is read.
    private const double MostWeight = 1e38;

    private static SentimentSums ReadSums(ref StateReader reader)
    {
        var sums = new SentimentSums
        {
            Weight = StateCheck.NotNegative(reader.Double(), "a sum of weights"),
            First = StateCheck.Finite(reader.Double(), "a sum of values"),
            Second = StateCheck.NotNegative(reader.Double(), "a sum of squares"),
        };
        StateCheck.That(sums.Weight <= MostWeight, "a sum of weights");
        StateCheck.That(Math.Abs(sums.First) <= sums.Weight * (1 + 1e-6) && sums.Second <= sums.Weight * (1 + 1e-6), "a value beyond [-1, 1]");
        return sums;
    }
}
