using Personalization.Domain.Scoring;

namespace Personalization.Domain.Ingestion;

/// <summary>What a model saw in the picture of a face. The picture itself is gone by the time there is one of these.</summary>
/// <param name="Emotions">Sums to 1.</param>
/// <param name="Confidence">How likely the likeliest emotion is what people would see there, and that it is a face at all, [0, 1].</param>
/// <param name="ModelVersion">Which model saw it: <c>name@version+hash</c>.</param>
public sealed record FaceReading(EmotionDistribution Emotions, float Confidence, string ModelVersion)
{
    /// <summary>What to beware of in the picture.</summary>
    public PictureFlags Flags { get; init; }

    /// <summary>Whether both hold the same, number by number: an inline array has no equality of its own.</summary>
    public bool Equals(FaceReading? other)
    {
        if (other is null)
        {
            return false;
        }

        var (mine, theirs) = (Emotions, other.Emotions);
        ReadOnlySpan<float> left = mine, right = theirs;
        return left.SequenceEqual(right) && Confidence.Equals(other.Confidence) && Flags == other.Flags
            && string.Equals(ModelVersion, other.ModelVersion, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Emotions[0], Emotions[1], Confidence, ModelVersion);
}
