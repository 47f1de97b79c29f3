namespace Personalization.Domain.Scoring.Voice;

/// <summary>What the spectra of a segment's frames measure, between 60 and 3,600 Hz.</summary>
/// <remarks>
/// Alpha ratio, Hammarberg index, slopes and the difference of the first harmonics after Eyben et al. 2016, "The Geneva
/// Minimalistic Acoustic Parameter Set (GeMAPS) for voice research and affective computing"; bands that go up to 5 kHz there
/// end at 3.6 kHz here.
/// </remarks>
internal sealed class VoiceSpectra
{
    private const float NothingDb = -120;
    private const float RolloffShare = 0.85f;
    private static readonly int _lowest = BinOf(MelBands.LowestHz);
    private static readonly int _highest = BinOf(MelBands.HighestHz);

    private readonly float[] _shape = new float[PowerSpectrum.Bins];
    private readonly float[] _shapeBefore = new float[PowerSpectrum.Bins];
    // Power in dB of the bins below 1.1 kHz, where the first two harmonics of any voice lie.
    private readonly float[] _low;

    public VoiceSpectra(int count)
    {
        LevelDb = new float[count];
        CentroidOctaves = new float[count];
        RolloffOctaves = new float[count];
        Flux = new float[count];
        AlphaDb = new float[count];
        HammarbergDb = new float[count];
        SlopeLow = new float[count];
        SlopeMiddle = new float[count];
        Flatness = new float[count];
        HarmonicsDb = new float[count];
        Bands = new float[count * MelBands.Count];
        _low = new float[count * LowBins];
    }

    private static int LowBins { get; } = BinOf(1_100) + 1;

    /// <summary>Level in dB of full scale.</summary>
    public float[] LevelDb { get; }

    /// <summary>Power-weighted mean frequency, in octaves over 1 kHz.</summary>
    public float[] CentroidOctaves { get; }

    /// <summary>Below which 85 % of the power lie, in octaves over 1 kHz.</summary>
    public float[] RolloffOctaves { get; }

    /// <summary>How far the spectrum's shape moved since the frame before, [0, √2].</summary>
    public float[] Flux { get; }

    /// <summary>Power below 1 kHz over power above it, in dB.</summary>
    public float[] AlphaDb { get; }

    /// <summary>The strongest bin below 2 kHz over the strongest above it, in dB.</summary>
    public float[] HammarbergDb { get; }

    /// <summary>Slope of the spectrum from 60 to 500 Hz, in dB per kHz.</summary>
    public float[] SlopeLow { get; }

    /// <summary>Slope of the spectrum from 500 to 1,500 Hz, in dB per kHz.</summary>
    public float[] SlopeMiddle { get; }

    /// <summary>Geometric over arithmetic mean of the bands, in dB: 0 for noise, lower the more tonal.</summary>
    public float[] Flatness { get; }

    /// <summary>The first harmonic over the second, in dB; 0 where there is no pitch.</summary>
    public float[] HarmonicsDb { get; }

    /// <summary>Power in the mel bands, frame after frame.</summary>
    public float[] Bands { get; }

    /// <summary>Measures one frame; in order, for the flux.</summary>
    public void Add(int i, ReadOnlySpan<float> power)
    {
        var total = Sum(power, _lowest, _highest);
        LevelDb[i] = Decibels(total / (PowerSpectrum.FrameSize * PowerSpectrum.Bins));
        var bands = Bands.AsSpan(i * MelBands.Count, MelBands.Count);
        MelBands.Of(power, bands);
        if (total <= 0)
        {
            _low.AsSpan(i * LowBins, LowBins).Fill(NothingDb);
            return;
        }

        var low = _low.AsSpan(i * LowBins, LowBins);
        for (var bin = 0; bin < low.Length; bin++)
        {
            low[bin] = Decibels(power[bin]);
        }

        CentroidOctaves[i] = Octaves(Centroid(power, total));
        RolloffOctaves[i] = Octaves(Rolloff(power, total));
        Flux[i] = Moved(power, total, isFirst: i == 0);
        AlphaDb[i] = Decibels(Sum(power, _lowest, BinOf(1_000))) - Decibels(Sum(power, BinOf(1_000) + 1, _highest));
        HammarbergDb[i] = Decibels(Max(power, _lowest, BinOf(2_000))) - Decibels(Max(power, BinOf(2_000) + 1, _highest));
        SlopeLow[i] = Slope(power, _lowest, BinOf(500));
        SlopeMiddle[i] = Slope(power, BinOf(500), BinOf(1_500));
        Flatness[i] = FlatnessOf(bands);
    }

    /// <summary>Measures the harmonics once the pitch is known.</summary>
    public void AddHarmonics(ReadOnlySpan<float> pitchHz)
    {
        for (var i = 0; i < HarmonicsDb.Length; i++)
        {
            HarmonicsDb[i] = pitchHz[i] > 0 ? HarmonicDb(i, pitchHz[i]) - HarmonicDb(i, 2 * pitchHz[i]) : 0;
        }
    }

    private float HarmonicDb(int i, float hertz)
    {
        var bins = _low.AsSpan(i * LowBins, LowBins);
        var at = Math.Clamp((int)MathF.Round(hertz / PowerSpectrum.HertzPerBin), 1, LowBins - 2);
        return Math.Max(bins[at], Math.Max(bins[at - 1], bins[at + 1]));
    }

    private float Moved(ReadOnlySpan<float> power, float total, bool isFirst)
    {
        float squares = 0;
        for (var bin = _lowest; bin <= _highest; bin++)
        {
            _shape[bin] = MathF.Sqrt(power[bin] / total);
            var change = _shape[bin] - _shapeBefore[bin];
            squares += change * change;
        }

        _shape.CopyTo(_shapeBefore, 0);
        return isFirst ? 0 : MathF.Sqrt(squares);
    }

    private static float Centroid(ReadOnlySpan<float> power, float total)
    {
        float weighted = 0;
        for (var bin = _lowest; bin <= _highest; bin++)
        {
            weighted += power[bin] * bin;
        }

        return weighted / total * PowerSpectrum.HertzPerBin;
    }

    private static float Rolloff(ReadOnlySpan<float> power, float total)
    {
        float sum = 0;
        for (var bin = _lowest; bin < _highest; bin++)
        {
            sum += power[bin];
            if (sum >= RolloffShare * total)
            {
                return bin * PowerSpectrum.HertzPerBin;
            }
        }

        return MelBands.HighestHz;
    }

    // Least squares of the level in dB over the frequency in kHz.
    private static float Slope(ReadOnlySpan<float> power, int from, int to)
    {
        double middle = (from + to) / 2.0, products = 0, squares = 0;
        for (var bin = from; bin <= to; bin++)
        {
            products += (bin - middle) * Decibels(power[bin]);
            squares += (bin - middle) * (bin - middle);
        }

        return (float)(products / squares / PowerSpectrum.HertzPerBin * 1000);
    }

    private static float FlatnessOf(ReadOnlySpan<float> bands)
    {
        float logarithms = 0, sum = 0;
        foreach (var band in bands)
        {
            logarithms += Decibels(band);
            sum += band;
        }

        return logarithms / bands.Length - Decibels(sum / bands.Length);
    }

    private static float Sum(ReadOnlySpan<float> power, int from, int to)
    {
        float sum = 0;
        for (var bin = from; bin <= to; bin++)
        {
            sum += power[bin];
        }

        return sum;
    }

    private static float Max(ReadOnlySpan<float> power, int from, int to)
    {
        float max = 0;
        for (var bin = from; bin <= to; bin++)
        {
            max = Math.Max(max, power[bin]);
        }

        return max;
    }

    private static int BinOf(float hertz) => (int)MathF.Round(hertz / PowerSpectrum.HertzPerBin);

    private static float Octaves(float hertz) => MathF.Log2(hertz / 1000);

    private static float Decibels(float power) => power <= 1e-12f ? NothingDb : 10 * MathF.Log10(power);
}
