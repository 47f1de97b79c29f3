using Personalization.Domain.Statistics;

namespace Personalization.Domain.Profiles;

/// <summary>An estimate of a feeling.</summary>
/// <param name="Valence">Unpleasant to pleasant, mean in [−1, 1].</param>
/// <param name="Arousal">Calm to excited, mean in [−1, 1].</param>
public readonly record struct Mood(GaussianEstimate Valence, GaussianEstimate Arousal);
