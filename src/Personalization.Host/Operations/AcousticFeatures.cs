using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Scoring;

namespace Personalization.Host.Operations;

/// <summary>Reduces sound to acoustic features for the door.</summary>
internal sealed class AcousticFeatures : IAcousticFeatureExtractor
{
    public ImmutableArray<float> Extract(ReadOnlySpan<short> samples, int sampleRateHz) =>
        AcousticFeatureExtractor.Extract(MemoryMarshal.AsBytes(samples), sampleRateHz).Features;
}
