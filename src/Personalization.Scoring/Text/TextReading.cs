using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Text;

/// <summary>What the text model says about one stretch of tokens.</summary>
/// <param name="Negative">Probability of negative polarity, calibrated.</param>
/// <param name="Neutral">Probability of neutral polarity, calibrated.</param>
/// <param name="Positive">Probability of positive polarity, calibrated.</param>
/// <param name="Valence">The valence to expect, [−1, 1]: near neutral where the words tell little.</param>
/// <param name="Arousal">[−1, 1].</param>
/// <param name="Irony">Probability of irony among tweets, half of which were ironic; among reviews hardly any is.</param>
/// <param name="Emotions">Sums to 1.</param>
/// <param name="Fine">The probability of each of GoEmotions' labels, calibrated.</param>
internal readonly record struct TextReading(
    float Negative, float Neutral, float Positive, float Valence, float Arousal, float Irony, EmotionDistribution Emotions, FineEmotions Fine)
{
    /// <summary>How sure the polarity is: the probability of the likeliest.</summary>
    public float Confidence => Math.Max(Negative, Math.Max(Neutral, Positive));

    /// <summary>Whether every number is one.</summary>
    public bool IsFinite => float.IsFinite(Negative + Neutral + Positive + Valence + Arousal + Irony);
}
