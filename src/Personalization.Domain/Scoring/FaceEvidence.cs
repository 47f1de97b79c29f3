namespace Personalization.Domain.Scoring;

/// <summary>What one way of reading a face says, before it is made an observation.</summary>
/// <param name="Emotions">Sums to 1.</param>
/// <param name="Reliability">
/// How far to trust the reading for how well the face was seen, whatever it shows, [0, 1): the share of its variance that is
/// the face's and not an error's.
/// </param>
/// <param name="Flags">What to beware of.</param>
/// <param name="Version">Which model or rules read it.</param>
internal readonly record struct FaceEvidence(EmotionDistribution Emotions, float Reliability, ObservationFlags Flags, string Version)
{
    // Valence and arousal of each emotion, in the order of Emotion: this project's own round figures on the circumplex of Russell (1980).
    private static readonly float[] _valence = [0f, 0.9f, 0.3f, 0.1f, -0.3f, -0.7f, -0.8f, -0.7f, -0.8f, -0.6f];
    private static readonly float[] _arousal = [-0.1f, 0.5f, 0.3f, 0.7f, 0.2f, -0.4f, 0.7f, 0.8f, 0.4f, 0.1f];

    /// <summary>Unpleasant to pleasant, [−1, 1].</summary>
    public float Valence => Mean(_valence);

    private float Arousal => Mean(_arousal);

    public SentimentObservation ToObservation() => new()
    {
        Modality = Modality.Face,
        Valence = Valence,
        Arousal = Arousal,
        // A blank face is weak evidence of a neutral mood: people do not show most of what they feel.
        Confidence = Reliability * (0.3f + 0.7f * (1 - Emotions[(int)Emotion.Neutral])),
        Emotions = Emotions,
        Flags = Flags,
        ModelVersion = Version,
    };

    private float Mean(float[] places)
    {
        var mean = 0f;
        for (var e = 0; e < EmotionDistribution.Count; e++)
        {
            mean += Emotions[e] * places[e];
        }

        return mean;
    }
}
