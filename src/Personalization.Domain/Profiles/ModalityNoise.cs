namespace Personalization.Domain.Profiles;

/// <summary>How far a modality's readings are off, as standard deviations on the scale of [−1, 1].</summary>
/// <param name="Valence">A sure reading's own error in valence, 0.01 to 100; 100 says nothing.</param>
/// <param name="Arousal">A sure reading's own error in arousal, 0.01 to 100; 100 says nothing.</param>
/// <param name="Shared">
/// The error that readings within a quarter of a time constant have in common, 0 to 100: what is read from much of the same
/// does not become sure by being much.
/// </param>
/// <param name="Baseline">
/// How far a shopper's readings lie from those of others who feel the same, always: a face that looks stern at rest, a voice that is
/// loud by nature. 0 to 1; 0: not learned.
/// </param>
public readonly record struct ModalityNoise(double Valence, double Arousal, double Shared, double Baseline = 0);
