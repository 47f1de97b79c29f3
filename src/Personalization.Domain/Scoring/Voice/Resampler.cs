namespace Personalization.Domain.Scoring.Voice;

/// <summary>
/// Brings sound of any rate to 16 kHz, so that what is measured afterwards depends on the voice and not on the recorder:
/// interpolation with a windowed sinc, its coefficients from a table of phases (J. O. Smith, "Digital Audio Resampling").
/// </summary>
internal static class Resampler
{
    /// <summary>The rate that everything is brought to.</summary>
    public const int RateHz = 16_000;

    private const float FullScale = 32768f;
    private const int ZeroCrossings = 24;
    private const int Phases = 128;
    // Of the lower of the two rates' halves: the rest is where the filter falls off.
    private const double Passband = 0.95;

    /// <summary>How many samples become of some.</summary>
    public static int CountOf(int samples, int rateHz) => (int)((long)samples * RateHz / rateHz);

    /// <summary>Resamples to [−1, 1], without the constant offset that cheap microphones add.</summary>
    /// <param name="samples">Samples at <paramref name="rateHz"/>.</param>
    /// <param name="rateHz">Their rate.</param>
    /// <param name="output"><see cref="CountOf"/> places.</param>
    public static void Resample(ReadOnlySpan<short> samples, int rateHz, Span<float> output)
    {
        var offset = MeanOf(samples);
        if (rateHz == RateHz)
        {
            for (var i = 0; i < output.Length; i++)
            {
                output[i] = (samples[i] - offset) / FullScale;
            }

            return;
        }

        var cutoff = Passband * Math.Min(1, RateHz / (double)rateHz);
        var half = (int)Math.Ceiling(ZeroCrossings / cutoff);
        Interpolate(samples, rateHz, offset, Table(cutoff, half), half, output);
    }

    private static float MeanOf(ReadOnlySpan<short> samples)
    {
        long sum = 0;
        foreach (var sample in samples)
        {
            sum += sample;
        }

        return samples.IsEmpty ? 0 : sum / (float)samples.Length;
    }

    private static void Interpolate(
        ReadOnlySpan<short> samples, int rateHz, float offset, float[] table, int half, Span<float> output)
    {
        var taps = 2 * half;
        for (var n = 0; n < output.Length; n++)
        {
            var (whole, rest) = Math.DivRem((long)n * rateHz, RateHz);
            var phase = rest * Phases / (double)RateHz;
            var row = (int)phase;
            var between = (float)(phase - row);
            var low = table.AsSpan(row * taps, taps);
            var high = table.AsSpan((row + 1) * taps, taps);
            var first = (int)whole - half + 1;
            int from = Math.Max(0, -first), to = Math.Min(taps, samples.Length - first);
            float sum = 0;
            for (var k = from; k < to; k++)
            {
                sum += (samples[first + k] - offset) * (low[k] + between * (high[k] - low[k]));
            }

            output[n] = sum / FullScale;
        }
    }

    // One row of coefficients per phase, and one more to interpolate towards; each sums to 1.
    private static float[] Table(double cutoff, int half)
    {
        var taps = 2 * half;
        var table = new float[(Phases + 1) * taps];
        for (var row = 0; row <= Phases; row++)
        {
            var coefficients = table.AsSpan(row * taps, taps);
            double sum = 0;
            for (var k = 0; k < taps; k++)
            {
                var distance = k - half + 1 - row / (double)Phases;
                coefficients[k] = (float)(Sinc(cutoff * distance) * Hann(distance / half));
                sum += coefficients[k];
            }

            for (var k = 0; k < taps; k++)
            {
                coefficients[k] /= (float)sum;
            }
        }

        return table;
    }

    private static double Sinc(double x) => Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Hann(double x) => Math.Abs(x) >= 1 ? 0 : 0.5 + 0.5 * Math.Cos(Math.PI * x);
}
