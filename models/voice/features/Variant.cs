namespace Personalization.VoiceFeatures;

/// <summary>
/// A way in which the same words might have reached the engine: another speed and pitch, noise, another level, another
/// microphone, a room, a telephone. Chance comes from the recording's name: the same variant is the same on every run.
/// </summary>
internal sealed record Variant(string Name, Func<float[], int, Random, float[]> Change, double Speed = 1)
{
    public static Variant[] All { get; } =
    [
        new("clean", static (x, _, _) => x),
        new("fast", static (x, _, _) => x, 1.08),
        new("slow", static (x, _, _) => x, 0.93),
        new("quiet", static (x, _, _) => Scale(x, 0.1f)),
        new("bright", static (x, _, _) => Tilt(x, -0.35f)),
        new("dull", static (x, _, _) => Tilt(x, 0.25f)),
        new("noise25", static (x, _, random) => Noise(x, 25, random)),
        new("noise15", static (x, _, random) => Noise(x, 15, random)),
        new("room", static (x, rate, random) => Room(x, rate, random)),
        new("telephone", static (x, _, _) => Telephone(x)),
    ];

    /// <summary>The variant of a recording.</summary>
    public (short[] Samples, int RateHz) Of(short[] samples, int rateHz, string seed)
    {
        var hash = 2166136261u;
        foreach (var c in seed + Name)
        {
            hash = (hash ^ c) * 16777619;
        }

        var changed = Change([.. samples.Select(static s => s / 32768f)], rateHz, new Random((int)hash));
        // A telephone's rate is half; a tape that runs faster claims a higher one.
        var rate = Name == "telephone" ? rateHz / 2 : rateHz;
        return ([.. changed.Select(static s => (short)Math.Clamp(MathF.Round(s * 32768), short.MinValue, short.MaxValue))], (int)(rate * Speed));
    }

    private static float[] Scale(float[] x, float gain) => [.. x.Select(s => s * gain)];

    // One pole or zero: what a thin or a covered microphone does to the balance of high and low.
    private static float[] Tilt(float[] x, float by)
    {
        var y = new float[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = by < 0 ? x[i] + by * (i > 0 ? x[i - 1] : 0) : (1 - by) * x[i] + by * (i > 0 ? y[i - 1] : 0);
        }

        return y;
    }

    private static float[] Noise(float[] x, float snrDb, Random random)
    {
        var power = x.Sum(static s => (double)s * s) / x.Length;
        var sigma = Math.Sqrt(power / Math.Pow(10, snrDb / 10));
        return [.. x.Select(s => s + (float)(sigma * Probes.Normal(random)))];
    }

    // Exponentially decaying noise as impulse response (Polack's model): 0.3 s to −60 dB, 10 dB below the direct sound.
    private static float[] Room(float[] x, int rateHz, Random random)
    {
        const double DecaySeconds = 0.3;
        var taps = Enumerable.Range(0, 40).Select(_ =>
        {
            var seconds = 0.005 + random.NextDouble() * DecaySeconds * 0.6;
            return (Delay: (int)(seconds * rateHz), Gain: (float)(Probes.Normal(random) * 0.3 * Math.Pow(10, -3 * seconds / DecaySeconds)));
        }).ToArray();
        var y = (float[])x.Clone();
        foreach (var (delay, gain) in taps)
        {
            for (var i = delay; i < y.Length; i++)
            {
                y[i] += gain * x[i - delay];
            }
        }

        return y;
    }

    // 300 to 3,400 Hz by a windowed sinc, then every other sample.
    private static float[] Telephone(float[] x)
    {
        const int Half = 64;
        var filter = new float[2 * Half + 1];
        for (var k = -Half; k <= Half; k++)
        {
            var hann = 0.5 + 0.5 * Math.Cos(Math.PI * k / (Half + 1));
            filter[k + Half] = (float)(hann * (Sinc(k, 3400) - Sinc(k, 300)));
        }

        var y = new float[x.Length / 2];
        for (var i = 0; i < y.Length; i++)
        {
            for (var k = Math.Max(-Half, -2 * i); k <= Half && 2 * i + k < x.Length; k++)
            {
                y[i] += filter[k + Half] * x[2 * i + k];
            }
        }

        return y;
    }

    private static double Sinc(int k, double hertz)
    {
        var share = hertz / 8000;
        return k == 0 ? share : Math.Sin(Math.PI * share * k) / (Math.PI * k);
    }
}
