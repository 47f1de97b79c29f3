using System.Collections.Immutable;

namespace Personalization.Scoring.Voice;

/// <summary>One voice segment to read.</summary>
/// <param name="Functionals">The numbers that the model reads.</param>
/// <param name="Quality">How good the sound is, [0, 1].</param>
/// <param name="Baseline">The speaker's usual numbers; empty when they are not known.</param>
/// <param name="BaselineWeight">How well they are known, [0, 1].</param>
internal sealed record VoiceJob(ImmutableArray<Half> Functionals, float Quality, ImmutableArray<Half> Baseline, float BaselineWeight);

/// <summary>What the voice model says about one segment.</summary>
/// <param name="Aroused">Probability of high arousal, calibrated.</param>
/// <param name="Negative">Probability of negative valence, calibrated, as if all three were equally frequent.</param>
/// <param name="Neutral">Probability of neutral valence, likewise.</param>
/// <param name="Positive">Probability of positive valence, likewise.</param>
/// <param name="Familiarity">1 where the sound lies where training data lay, falling to 0 away from them.</param>
internal readonly record struct VoiceReading(float Aroused, float Negative, float Neutral, float Positive, float Familiarity)
{
    /// <summary>How sure it is: the mean of the likeliest class's probability in both questions.</summary>
    public float Confidence => (Math.Max(Aroused, 1 - Aroused) + Math.Max(Negative, Math.Max(Neutral, Positive))) / 2;

    /// <summary>The confidence that is answered: what the probabilities earn outside the data that they were calibrated on.</summary>
    /// <param name="cap">The model's <see cref="VoiceModel.ConfidenceCap"/>.</param>
    /// <param name="quality">How good the sound is, [0, 1].</param>
    public float Served(float cap, float quality) => cap * Confidence * quality * Familiarity;

    /// <summary>Whether every number is one.</summary>
    public bool IsFinite => float.IsFinite(Aroused + Negative + Neutral + Positive + Familiarity);
}
