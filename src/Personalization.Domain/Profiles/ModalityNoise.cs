namespace Personalization.Domain.Profiles;

/// <summary>How far a modality's readings are off, as standard deviations on the scale of [−1, 1].</summary>
/// <param name="Valence">A sure reading's own error in valence, 0.01 to 100; 100 says nothing.</param>
/// <param name="Arousal">A sure reading's own error in arousal, 0.01 to 100; 100 says nothing.</param>
/// <param name="Shared">
/// The error that readings within a quarter of a time constant have in common, 0 to 100: what is read from much of the same
/// does not become sure by being much.
/// </param>
public readonly record struct ModalityNoise(double Valence, double Arousal, double Shared);
