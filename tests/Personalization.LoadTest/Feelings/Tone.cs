using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Feelings;

/// <summary>How a sentence leans.</summary>
internal enum Tone
{
    Awful,
    Poor,
    Mixed,
    Good,
    Great,
}

/// <summary>Picks the tone of a sentence for a feeling.</summary>
internal static class Tones
{
    /// <summary>People do not say exactly what they feel: the tone scatters around it.</summary>
    public static Tone For(Rng rng, double feeling)
    {
        var said = feeling + rng.Normal(0, 0.18);
        return said switch
        {
            < -0.5 => Tone.Awful,
            < -0.15 => Tone.Poor,
            < 0.15 => Tone.Mixed,
            < 0.5 => Tone.Good,
            _ => Tone.Great,
        };
    }
}
