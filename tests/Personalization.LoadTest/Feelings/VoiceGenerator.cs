using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.LoadTest.Feelings;

/// <summary>
/// Makes the acoustics of a voice that feels something: arousal shows clearly (higher, louder, faster, brighter), valence
/// hardly (a livelier melody), as in people.
/// </summary>
internal static class VoiceGenerator
{
    /// <summary>One stretch of speech.</summary>
    /// <param name="rng">Chance.</param>
    /// <param name="valence">The feeling, [−1, 1].</param>
    /// <param name="arousal">How stirred, [−1, 1].</param>
    /// <param name="pitchHz">The voice's own pitch.</param>
    /// <param name="expressiveness">How much of it shows.</param>
    public static AcousticFeatures Make(Rng rng, double valence, double arousal, double pitchHz, double expressiveness)
    {
        var stirred = expressiveness * arousal;
        var bright = expressiveness * valence;
        return new AcousticFeatures
        {
            DurationMs = (int)Math.Clamp(4000 * Math.Exp(0.5 * rng.Normal()), 800, 25_000),
            PitchMeanHz = Within(pitchHz * Math.Pow(2, ((4.5 * stirred) + rng.Normal(0, 0.8)) / 12), 60, 600),
            PitchStdSemitones = Within(2.6 + (1.2 * stirred) + (0.9 * bright) + rng.Normal(0, 0.4), 0.3, 12),
            EnergyMeanDb = Within(-27 + (6 * stirred) + rng.Normal(0, 2), -70, -3),
            EnergyStdDb = Within(6 + (2 * stirred) + rng.Normal(0, 0.8), 0.5, 25),
            SpeechRatio = Within(0.72 + (0.06 * stirred) + rng.Normal(0, 0.07), 0.15, 1),
            VoicedRatio = Within(0.62 + rng.Normal(0, 0.06), 0.2, 0.95),
            SpectralCentroidHz = Within(1500 + (450 * stirred) + (120 * bright) + rng.Normal(0, 150), 400, 5000),
            SyllableRate = Within(4.2 + (0.9 * stirred) + (0.2 * bright) + rng.Normal(0, 0.4), 1, 9),
            ZeroCrossingRate = Within(0.085 + (0.02 * stirred) + rng.Normal(0, 0.012), 0.01, 0.4),
            SnrDb = Within(22 + rng.Normal(0, 6), 0, 60),
        };
    }

    private static float Within(double value, double low, double high) => (float)Math.Clamp(value, low, high);
}
