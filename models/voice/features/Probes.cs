namespace Personalization.VoiceFeatures;

/// <summary>Sound at 16 kHz that is no speech: whatever the model says of it, it must not be sure.</summary>
internal static class Probes
{
    public const int RateHz = 16_000;

    private const int Samples = 2 * RateHz;

    public static IEnumerable<(string Name, short[] Samples)> All()
    {
        var random = new Random(1);
        yield return ("white noise", Of(_ => 0.2 * Normal(random)));
        yield return ("bursts of noise", Of(t => (t * 3 % 1 < 0.5 ? 0.2 : 0.002) * Normal(random)));
        foreach (var hertz in new[] { 110.0, 220, 440 })
        {
            yield return ($"tone {hertz}", Of(t => 0.5 * Math.Sin(2 * Math.PI * hertz * t)));
            yield return ($"saw {hertz}", Of(t => 0.3 * (2 * (hertz * t % 1) - 1)));
            yield return ($"trill {hertz}", Of(t => 0.4 * Math.Sin(2 * Math.PI * hertz * t + 8 * Math.Sin(2 * Math.PI * 5 * t))));
        }

        yield return ("sweep", Of(t => 0.4 * Math.Sin(2 * Math.PI * (100 + 100 * t) * t)));
        yield return ("hum", Of(t => 0.3 * Math.Sin(2 * Math.PI * 50 * t) + 0.1 * Math.Sin(2 * Math.PI * 150 * t)));
        foreach (var beat in new[] { 2, 4 })
        {
            yield return ($"tune {beat}", Of(t => Note(t, beat, 220)));
            yield return ($"chords {beat}", Of(t => (Note(t, beat, 220) + Note(t, beat, 277.2) + Note(t, beat, 329.6)) / 3));
        }
    }

    /// <summary>A normal deviate (Box and Muller 1958).</summary>
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // A plucked note every beat, up and down a scale.
    private static double Note(double t, int beat, double root)
    {
        var at = t * beat;
        var hertz = root * Math.Pow(2, new[] { 0, 4, 7, 12, 7, 4 }[(int)at % 6] / 12.0);
        return 0.5 * Math.Exp(-4 * (at % 1)) * (Math.Sin(2 * Math.PI * hertz * t) + 0.5 * Math.Sin(4 * Math.PI * hertz * t));
    }

    private static short[] Of(Func<double, double> sound) =>
        [.. Enumerable.Range(0, Samples).Select(i => (short)(32767 * Math.Clamp(sound(i / (double)RateHz), -1, 1)))];
}
