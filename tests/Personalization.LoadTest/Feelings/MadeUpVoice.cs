namespace Personalization.LoadTest.Feelings;

/// <summary>
/// Something like speech: a sum of harmonics under three formants that move from syllable to syllable, with a melody, breath
/// in it and hisses between. All of it lies below 3.4 kHz, so that it is the same sound at every sample rate.
/// </summary>
internal sealed record MadeUpVoice
{
    private const double HighestHz = 3400;

    public double Seconds { get; init; } = 2;

    public double PitchHz { get; init; } = 120;

    /// <summary>How far the melody swings, in semitones.</summary>
    public double MelodySemitones { get; init; } = 3;

    public double SyllablesPerSecond { get; init; } = 4;

    /// <summary>How fast harmonics fall off, in dB per octave: less sounds more pressed.</summary>
    public double FallDb { get; init; } = 9;

    public double Level { get; init; } = 0.3;

    /// <summary>The share of breath in the voice.</summary>
    public double Breath { get; init; } = 0.15;

    /// <summary>How loud the hisses between syllables are.</summary>
    public double Hiss { get; init; } = 0.1;

    /// <summary>A low, even, soft voice.</summary>
    public static MadeUpVoice Calm { get; } = new() { PitchHz = 110, MelodySemitones = 2, SyllablesPerSecond = 3.5, FallDb = 7, Level = 0.1 };

    /// <summary>A high, lively, pressed voice.</summary>
    public static MadeUpVoice Stirred { get; } = new() { PitchHz = 260, MelodySemitones = 5, SyllablesPerSecond = 5, FallDb = 3, Level = 0.2 };

    public short[] At(int rateHz)
    {
        var samples = new short[(int)(Seconds * rateHz)];
        double phase = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var t = i / (double)rateHz;
            var hertz = PitchHz * Math.Pow(2, MelodySemitones * Math.Sin(2 * Math.PI * 0.7 * t) / 12);
            phase += 2 * Math.PI * hertz / rateHz;
            var (loud, noise) = (Loudness(t), Noise(t));
            var voice = loud * (Harmonics(phase, hertz, t) + Breath * noise) + Hiss * Math.Pow(1 - loud, 8) * noise;
            samples[i] = (short)(32767 * Math.Clamp(Level * voice, -1, 1));
        }

        return samples;
    }

    // Every third syllable is weaker.
    private double Loudness(double t)
    {
        var stress = (int)(SyllablesPerSecond * t) % 3 == 2 ? 0.4 : 1;
        return stress * Math.Pow(Math.Sin(Math.PI * SyllablesPerSecond * t), 2);
    }

    // Many tones at frequencies that have nothing to do with each other sound like noise, and are the same at every rate.
    private static double Noise(double t)
    {
        const int Tones = 60;
        double sum = 0;
        for (var i = 0; i < Tones; i++)
        {
            var place = 0.618034 * i % 1;
            sum += Math.Sin(2 * Math.PI * ((300 + (HighestHz - 300) * place) * t + 0.7548777 * i));
        }

        return sum / Math.Sqrt(Tones);
    }

    private double Harmonics(double phase, double hertz, double t)
    {
        var vowel = Math.Sin(2 * Math.PI * 1.3 * SyllablesPerSecond * t);
        double sum = 0;
        for (var k = 1; k * hertz < HighestHz; k++)
        {
            var fall = Math.Pow(10, -FallDb * Math.Log2(k) / 20);
            var formants = Formant(k * hertz, 500 + 250 * vowel) + 0.6 * Formant(k * hertz, 1500 - 600 * vowel) + 0.3 * Formant(k * hertz, 2600);
            sum += fall * (0.1 + formants) * Math.Sin(k * phase);
        }

        return sum;
    }

    private static double Formant(double hertz, double at) => 1 / (1 + Math.Pow((hertz - at) / 90, 2));
}
