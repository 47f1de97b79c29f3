namespace Personalization.Scoring.Behaviour;

/// <summary>How likely a session is to end in a purchase, as a model tells it.</summary>
/// <param name="Probability">Calibrated, (0, 1).</param>
/// <param name="ModelVersion">Which model told it: <c>name@version+hash</c>.</param>
internal readonly record struct IntentReading(float Probability, string ModelVersion);
