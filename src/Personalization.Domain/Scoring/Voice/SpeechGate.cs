namespace Personalization.Domain.Scoring.Voice;

/// <summary>Tells speech from background by level.</summary>
internal static class SpeechGate
{
    /// <summary>What is fainter is never speech.</summary>
    public const float SilenceDb = -60;

    // Louder than the background by this much is speech.
    private const float AboveBackgroundDb = 6;
    // Speech is never further than this below a segment's loud parts, even where there is no background to hold it against.
    private const float BelowPeakDb = 25;

    /// <summary>The level from which on a frame is speech.</summary>
    /// <param name="levels">The level of each frame, in dB.</param>
    /// <param name="background">
    /// What a tenth of the frames stay below. A segment cut to the bare speech has none: then everything that is not far
    /// below the loud parts is speech.
    /// </param>
    public static float Threshold(float[] levels, out float background)
    {
        var sorted = (float[])levels.Clone();
        Array.Sort(sorted);
        background = sorted[sorted.Length / 10];
        var peak = sorted[sorted.Length * 95 / 100];
        return Math.Max(SilenceDb, Math.Min(background + AboveBackgroundDb, peak - BelowPeakDb / 2));
    }

    /// <summary>The frames that are speech.</summary>
    public static List<int> Open(float[] levels, float threshold)
    {
        var speech = new List<int>(levels.Length);
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i] >= threshold)
            {
                speech.Add(i);
            }
        }

        return speech;
    }
}
