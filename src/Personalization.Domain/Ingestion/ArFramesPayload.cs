using System.Collections.Immutable;

namespace Personalization.Domain.Ingestion;

/// <summary>
/// A run of facial expression frames from a try-on: coefficients, and what a model saw in pictures. The pictures themselves
/// are never part of an event.
/// </summary>
/// <param name="Frames">The frames in order of time; at least one.</param>
public sealed record ArFramesPayload(ImmutableArray<BlendshapeFrame> Frames) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.ArFrames;
}

/// <summary>One frame of facial expression.</summary>
/// <param name="OffsetMs">Milliseconds since the event's time.</param>
/// <param name="Coefficients">
/// The 52 ARKit blendshape coefficients in the order of <see cref="Blendshape"/>, each in [0, 1]; empty when only a picture came.
/// </param>
/// <param name="Quality">How well the face was seen, [0, 1]: 1 is lit, whole and frontal.</param>
public sealed record BlendshapeFrame(int OffsetMs, ImmutableArray<float> Coefficients, float Quality)
{
    /// <summary>What a model saw in the picture that came with the frame; null when none came, or none was looked at.</summary>
    public FaceReading? Face { get; init; }
}
