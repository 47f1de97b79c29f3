using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>Reduces the sound of speech to numbers at the door, so that no voice is ever kept. Safe for use by many threads.</summary>
public interface IAcousticFeatureExtractor
{
    /// <summary>The acoustic features of some sound.</summary>
    /// <param name="samples">Mono, 16 bits, 0.1 to 30 seconds.</param>
    /// <param name="sampleRateHz">8,000 to 48,000.</param>
    /// <returns>What was measured, all finite; of silence as well.</returns>
    VoicePayload Extract(ReadOnlySpan<short> samples, int sampleRateHz);
}
