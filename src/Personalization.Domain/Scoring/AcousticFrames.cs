using Personalization.Domain.Scoring.Voice;

namespace Personalization.Domain.Scoring;

/// <summary>A voice segment cut into overlapping frames, and what each frame measures.</summary>
/// <remarks>
/// Level, centroid and zero crossings over 25 ms, every 10 ms. Pitch by normalised autocorrelation over 40 ms (two periods of
/// the lowest voice) of the signal thinned to 8 kHz; of all lags about as good as the best the shortest wins, which
/// avoids octave errors downwards (after Boersma 1993, "Accurate short-term analysis of the fundamental frequency").
/// </remarks>
internal sealed class AcousticFrames
{
    public const float HopSeconds = 0.010f;

    /// <summary>From which <see cref="Voicing"/> on a frame counts as voiced.</summary>
    public const float VoicedCorrelation = 0.5f;

    private const int Hop = (int)(HopSeconds * Resampler.RateHz);
    private const float PitchWindowSeconds = 0.040f;
    private const int PitchRateHz = 8_000;
    private const float LowestPitchHz = 60;
    private const float HighestPitchHz = 500;
    private const float AsGoodAsBest = 0.9f;
    private const float NothingDb = -120;

    private AcousticFrames(int count)
    {
        Count = count;
        LevelDb = new float[count];
        CentroidHz = new float[count];
        ZeroCrossings = new float[count];
        PitchHz = new float[count];
        Voicing = new float[count];
        Spectra = new VoiceSpectra(count);
    }

    public int Count { get; }

    /// <summary>Level in dB relative to a full-scale square wave.</summary>
    public float[] LevelDb { get; }

    public float[] CentroidHz { get; }

    /// <summary>Sign changes per sample, [0, 1].</summary>
    public float[] ZeroCrossings { get; }

    public float[] PitchHz { get; }

    /// <summary>How periodic the frame is: the correlation at the pitch's lag, [0, 1].</summary>
    public float[] Voicing { get; }

    /// <summary>What the frames' spectra measure.</summary>
    public VoiceSpectra Spectra { get; }

    /// <summary>The level's mean over five frames.</summary>
    public float SmoothedLevelDb(int i)
    {
        float sum = 0;
        int from = Math.Max(0, i - 2), to = Math.Min(Count - 1, i + 2);
        for (var k = from; k <= to; k++)
        {
            sum += LevelDb[k];
        }

        return sum / (to - from + 1);
    }

    /// <summary>Analyses sound at <see cref="Resampler.RateHz"/>.</summary>
    public static AcousticFrames Analyse(ReadOnlySpan<float> signal)
    {
        var frames = new AcousticFrames(1 + Math.Max(0, (signal.Length - PowerSpectrum.FrameSize) / Hop));
        var spectrum = new PowerSpectrum();
        Span<float> power = stackalloc float[PowerSpectrum.Bins];
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = signal.Slice(i * Hop, PowerSpectrum.FrameSize);
            spectrum.Of(frame, power);
            frames.LevelDb[i] = Level(frame);
            frames.ZeroCrossings[i] = Crossings(frame);
            frames.CentroidHz[i] = Centroid(power);
            frames.Spectra.Add(i, power);
        }

        frames.FindPitch(signal);
        frames.Spectra.AddHarmonics(frames.PitchHz);
        return frames;
    }

    private static float Level(ReadOnlySpan<float> frame)
    {
        double power = 0;
        foreach (var x in frame)
        {
            power += x * x;
        }

        return power <= 0 ? NothingDb : Math.Max(NothingDb, (float)(10 * Math.Log10(power / frame.Length)));
    }

    private static float Crossings(ReadOnlySpan<float> frame)
    {
        var changes = 0;
        for (var i = 1; i < frame.Length; i++)
        {
            changes += frame[i] >= 0 != frame[i - 1] >= 0 ? 1 : 0;
        }

        return changes / (float)(frame.Length - 1);
    }

    private static float Centroid(ReadOnlySpan<float> power)
    {
        double weighted = 0, total = 0;
        for (var bin = 1; bin < power.Length - 1; bin++)
        {
            double magnitude = MathF.Sqrt(power[bin]);
            weighted += magnitude * bin;
            total += magnitude;
        }

        return total <= 0 ? 0 : (float)(weighted / total * PowerSpectrum.HertzPerBin);
    }

    private void FindPitch(ReadOnlySpan<float> signal)
    {
        var thin = Thin(signal, Resampler.RateHz / PitchRateHz);
        const int Window = (int)(PitchWindowSeconds * PitchRateHz);
        const int Shortest = (int)(PitchRateHz / HighestPitchHz);
        const int Longest = (int)(PitchRateHz / LowestPitchHz);
        var correlation = new float[Longest + 2];
        for (var i = 0; i < Count; i++)
        {
            var start = (int)(i * HopSeconds * PitchRateHz);
            var available = Math.Min(Window, (thin.Length - start - 1) / 2);
            if (available < Window / 2)
            {
                break;
            }

            var limit = Math.Min(Longest, thin.Length - start - available - 1);
            (PitchHz[i], Voicing[i]) = Pitch(thin.AsSpan(start), available, Shortest, limit, PitchRateHz, correlation);
        }
    }

    private static (float Hz, float Voicing) Pitch(
        ReadOnlySpan<float> x, int window, int shortest, int longest, float rate, float[] correlation)
    {
        var best = 0f;
        for (var lag = shortest - 1; lag <= longest; lag++)
        {
            correlation[lag] = Correlation(x, window, lag);
            best = lag >= shortest ? Math.Max(best, correlation[lag]) : best;
        }

        for (var lag = shortest; lag < longest; lag++)
        {
            var here = correlation[lag];
            var isPeak = here >= correlation[lag - 1] && here >= correlation[lag + 1];
            if (isPeak && here > 0 && here >= AsGoodAsBest * best)
            {
                return (rate / Refine(correlation, lag), Math.Min(1, here));
            }
        }

        return (0, 0);
    }

    private static float Correlation(ReadOnlySpan<float> x, int window, int lag)
    {
        float product = 0, here = 0, there = 0;
        for (var i = 0; i < window; i++)
        {
            float a = x[i], b = x[i + lag];
            product += a * b;
            here += a * a;
            there += b * b;
        }

        var norm = here * there;
        return norm <= 1e-12f ? 0 : product / MathF.Sqrt(norm);
    }

    // The top of the parabola through the peak and its neighbours: finer than a sample.
    private static float Refine(float[] c, int lag)
    {
        float left = c[lag - 1], right = c[lag + 1], curve = left - 2 * c[lag] + right;
        return Math.Abs(curve) < 1e-9f ? lag : lag + Math.Clamp(0.5f * (left - right) / curve, -0.5f, 0.5f);
    }

    // The mean of each group of samples: a crude low-pass, enough before looking for pitch.
    private static float[] Thin(ReadOnlySpan<float> signal, int step)
    {
        var thin = new float[signal.Length / step];
        for (var i = 0; i < thin.Length; i++)
        {
            float sum = 0;
            for (var k = 0; k < step; k++)
            {
                sum += signal[i * step + k];
            }

            thin[i] = sum / step;
        }

        return thin;
    }
}
