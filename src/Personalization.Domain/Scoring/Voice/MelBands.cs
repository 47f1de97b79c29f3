namespace Personalization.Domain.Scoring.Voice;

/// <summary>
/// Bands as the ear divides sound, and the cosine transform of their logarithms (Davis and Mermelstein 1980, "Comparison of
/// parametric representations for monosyllabic word recognition"). The bands end where a telephone does, so that a voice
/// measures the same at 8 and at 48 kHz.
/// </summary>
internal static class MelBands
{
    /// <summary>Where the lowest band begins.</summary>
    public const float LowestHz = 60;

    /// <summary>Where the highest band ends.</summary>
    public const float HighestHz = 3600;

    /// <summary>How many bands.</summary>
    public const int Count = 24;

    /// <summary>How many coefficients, from the first on: the zeroth is the level.</summary>
    public const int Coefficients = 13;

    private static readonly (int First, float[] Weights)[] _bands = Bands();
    private static readonly float[] _cosines = Cosines();

    /// <summary>The power in each band.</summary>
    public static void Of(ReadOnlySpan<float> power, Span<float> bands)
    {
        for (var b = 0; b < Count; b++)
        {
            var (first, weights) = _bands[b];
            float sum = 0;
            for (var i = 0; i < weights.Length; i++)
            {
                sum += weights[i] * power[first + i];
            }

            bands[b] = sum;
        }
    }

    /// <summary>Coefficient 1 to <see cref="Coefficients"/> of the bands' natural logarithms.</summary>
    public static float Coefficient(ReadOnlySpan<float> logBands, int number)
    {
        float sum = 0;
        var row = _cosines.AsSpan((number - 1) * Count, Count);
        for (var b = 0; b < Count; b++)
        {
            sum += row[b] * logBands[b];
        }

        return sum;
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);

    // Triangles, each from the middle of the band before to the middle of the one after.
    private static (int, float[])[] Bands()
    {
        double low = Mel(LowestHz), step = (Mel(HighestHz) - low) / (Count + 1);
        var bands = new (int, float[])[Count];
        for (var b = 0; b < Count; b++)
        {
            double from = Hertz(low + b * step), middle = Hertz(low + (b + 1) * step), to = Hertz(low + (b + 2) * step);
            var first = (int)Math.Ceiling(from / PowerSpectrum.HertzPerBin);
            var last = (int)Math.Floor(to / PowerSpectrum.HertzPerBin);
            var weights = new float[last - first + 1];
            for (var i = 0; i < weights.Length; i++)
            {
                var hertz = (first + i) * PowerSpectrum.HertzPerBin;
                weights[i] = (float)(hertz <= middle ? (hertz - from) / (middle - from) : (to - hertz) / (to - middle));
            }

            bands[b] = (first, weights);
        }

        return bands;
    }

    private static float[] Cosines()
    {
        var table = new float[Coefficients * Count];
        for (var c = 1; c <= Coefficients; c++)
        {
            for (var b = 0; b < Count; b++)
            {
                table[(c - 1) * Count + b] = (float)(Math.Sqrt(2.0 / Count) * Math.Cos(Math.PI * c * (b + 0.5) / Count));
            }
        }

        return table;
    }
}
