using Google.Protobuf.Collections;
using Personalization.Api.Validation;
using Personalization.Domain.Scoring;

namespace Personalization.Api.Ingestion;

/// <summary>What the contract asks of facial expression frames.</summary>
internal static class FrameRules
{
    /// <summary>The most frames of an event.</summary>
    public const int MaxFrames = 600;

    /// <summary>The most milliseconds from an event's time to a frame.</summary>
    public const int MaxOffsetMs = 60_000;

    /// <summary>Checks frames: how many there are, their order, and each of them.</summary>
    public static void Check(RepeatedField<Wire.BlendshapeFrame> frames, int maxFrames, int maxOffsetMs, FieldViolations violations)
    {
        if (!violations.Count("frames", frames.Count, 1, maxFrames))
        {
            return;
        }

        var last = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            using var _ = violations.In("frames", i);
            var frame = frames[i];
            if (violations.Range("offset_ms", frame.OffsetMs, 0, maxOffsetMs) && frame.OffsetMs < last)
            {
                violations.Add("offset_ms", $"is {frame.OffsetMs} after {last}; allowed: growing from frame to frame");
            }

            last = Math.Max(last, frame.OffsetMs);
            Check(frame, violations);
        }
    }

    private static void Check(Wire.BlendshapeFrame frame, FieldViolations violations)
    {
        if (frame.HasQuality)
        {
            violations.Range("quality", frame.Quality, 0.0, 1.0);
        }

        if (frame.FaceCrop.Length > 0)
        {
            CheckCrop(frame.FaceCrop.Length, violations);
        }

        if (frame.Coefficients.Count > 0)
        {
            CheckCoefficients(frame, violations);
        }
        else if (frame.Blendshapes.Count > 0 || frame.FaceCrop.Length == 0)
        {
            CheckNamed(frame.Blendshapes, violations);
        }
    }

    private static void CheckCoefficients(Wire.BlendshapeFrame frame, FieldViolations violations)
    {
        if (frame.Blendshapes.Count > 0)
        {
            violations.Add("coefficients", "is set together with blendshapes; allowed: one of them");
        }

        if (frame.Coefficients.Count != BlendshapeNames.Count)
        {
            violations.Add("coefficients", $"has {frame.Coefficients.Count} elements; allowed: all {BlendshapeNames.Count}, in alphabetical order of their names");
            return;
        }

        for (var i = 0; i < frame.Coefficients.Count; i++)
        {
            var coefficient = frame.Coefficients[i];
            if (!(coefficient >= 0 && coefficient <= 1))
            {
                violations.Range($"coefficients[{i}]", coefficient, 0.0, 1.0);
            }
        }
    }

    private static void CheckNamed(MapField<string, float> blendshapes, FieldViolations violations)
    {
        if (blendshapes.Count == 0)
        {
            violations.Add("blendshapes", "is empty, and so are coefficients and face_crop; allowed: one of them");
        }

        foreach (var (name, coefficient) in blendshapes)
        {
            using var _ = violations.In("blendshapes", name);
            if (!BlendshapeNames.TryGetPlace(name, out var _))
            {
                violations.Add(string.Empty, "is not among the 52 names; allowed: the names of ARKit and MediaPipe, such as mouthSmileLeft");
            }

            violations.Range(string.Empty, coefficient, 0.0, 1.0);
        }
    }

    private static void CheckCrop(int length, FieldViolations violations)
    {
        if (FaceCrop.SideOf(length) == 0)
        {
            violations.Add("face_crop", $"has {length:N0} bytes; allowed: a square of {FaceCrop.MinSide} to {FaceCrop.MaxSide} pixels a side, one byte each");
        }
    }
}
