using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Lifecycle;

/// <summary>What of an answer is compared between two versions of a model.</summary>
/// <param name="Valence">[−1, 1]; the probability where the answer is one.</param>
/// <param name="Arousal">[−1, 1]; 0 where the answer has none.</param>
/// <param name="Label">Which of a few things the answer comes to.</param>
internal readonly record struct Impression(float Valence, float Arousal, int Label)
{
    /// <summary>The impression of an observation; its label is the polarity.</summary>
    public static Impression Of(SentimentObservation observation) =>
        new(observation.Valence, observation.Arousal, (int)Polarities.Of(observation));
}
