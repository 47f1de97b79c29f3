using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Grains.Scoring;

/// <summary>A picture of one face, on its way to what looks at it. It is part of no state and no log.</summary>
/// <param name="Pixels">Grey levels, row by row, of a square.</param>
/// <param name="Owner">Whose it is, as a hash: who looks at it need not know.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.FaceCropCommand")]
public readonly record struct FaceCropCommand([property: Id(0)] ReadOnlyMemory<byte> Pixels, [property: Id(1)] ulong Owner);

/// <summary>What was seen in a picture; see <see cref="FaceReading"/>.</summary>
/// <param name="Emotions">One weight per <see cref="Emotion"/>.</param>
/// <param name="Confidence">[0, 1].</param>
/// <param name="ModelVersion">Which model saw it.</param>
/// <param name="Flags">What to beware of in the picture.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.FaceReadingMessage")]
public sealed record FaceReadingMessage(
    [property: Id(0)] float[] Emotions, [property: Id(1)] float Confidence, [property: Id(2)] string ModelVersion,
    [property: Id(3)] PictureFlags Flags = PictureFlags.None)
{
    /// <summary>The message for a reading.</summary>
    public static FaceReadingMessage From(FaceReading reading)
    {
        var distribution = reading.Emotions;
        ReadOnlySpan<float> emotions = distribution;
        return new FaceReadingMessage(emotions.ToArray(), reading.Confidence, reading.ModelVersion, reading.Flags);
    }

    /// <summary>The reading.</summary>
    public FaceReading ToReading()
    {
        var emotions = default(EmotionDistribution);
        Emotions.AsSpan(0, EmotionDistribution.Count).CopyTo(emotions);
        return new FaceReading(emotions, Confidence, ModelVersion) { Flags = Flags };
    }
}
