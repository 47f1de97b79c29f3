using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Ingestion;

/// <summary>Writes and reads a distribution of emotions: one number each, in their stored order.</summary>
internal static class EmotionsCodec
{
    /// <summary>How many bytes it takes.</summary>
    public const int Size = EmotionDistribution.Count * sizeof(float);

    public static void Write(in EmotionDistribution emotions, StateWriter writer)
    {
        for (var e = 0; e < EmotionDistribution.Count; e++)
        {
            writer.Single(emotions[e]);
        }
    }

    public static EmotionDistribution Read(ref StateReader reader)
    {
        var emotions = default(EmotionDistribution);
        for (var e = 0; e < EmotionDistribution.Count; e++)
        {
            emotions[e] = reader.Single();
        }

        return emotions;
    }
}
