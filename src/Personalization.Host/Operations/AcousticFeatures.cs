using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Host.Operations;

/// <summary>Reduces sound to acoustic features for the door.</summary>
internal sealed class AcousticFeatures : IAcousticFeatureExtractor
{
    public VoicePayload Extract(ReadOnlySpan<short> samples, int sampleRateHz) => AcousticFeatureExtractor.Extract(samples, sampleRateHz);
}
