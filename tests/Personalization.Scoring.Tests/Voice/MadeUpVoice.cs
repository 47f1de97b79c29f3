namespace Personalization.Scoring.Tests.Voice;

/// <summary>
/// Something like speech: a sum of harmonics under three formants that move from syllable to syllable, with a melody. All of
/// it lies below 3.4 kHz, so that it is the same sound at every sample rate.
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

    public short[] At(int rateHz)
    {
        var samples = new short[(int)(Seconds * rateHz)];
        double phase = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var t = i / (double)rateHz;
            var hertz = PitchHz * Math.Pow(2, MelodySemitones * Math.Sin(2 * Math.PI * 0.7 * t) / 12);
            phase += 2 * Math.PI * hertz / rateHz;
            samples[i] = (short)(32767 * Math.Clamp(Level * Loudness(t) * Harmonics(phase, hertz, t), -1, 1));
        }

        return samples;
    }

    private double Loudness(double t) => Math.Pow(Math.Sin(Math.PI * SyllablesPerSecond * t), 2) + 0.003;

    private double Harmonics(double phase, double hertz, double t)
    {
        var vowel = Math.Sin(2 * Math.PI * SyllablesPerSecond / 2 * t);
        double sum = 0;
        for (var k = 1; k * hertz < HighestHz; k++)
        {
            var fall = Math.Pow(10, -FallDb * Math.Log2(k) / 20);
            var formants = Formant(k * hertz, 500 + 200 * vowel) + 0.6 * Formant(k * hertz, 1500 - 400 * vowel) + 0.3 * Formant(k * hertz, 2600);
            sum += fall * (0.1 + formants) * Math.Sin(k * phase);
        }

        return sum;
    }

    private static double Formant(double hertz, double at) => 1 / (1 + Math.Pow((hertz - at) / 90, 2));
}
