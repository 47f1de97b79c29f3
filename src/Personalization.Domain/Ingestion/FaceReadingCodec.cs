using System.Collections.Immutable;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Ingestion;

/// <summary>Writes and reads what models saw in the pictures of an event: how many frames have it, and for each its place and what was seen.</summary>
internal static class FaceReadingCodec
{
    // A place, ten numbers, a confidence, an empty name.
    private const int SmallestReading = 1 + EmotionsCodec.Size + sizeof(float) + 1;

    /// <summary>Whether there is anything to write.</summary>
    public static bool IsNeeded(EventPayload payload) =>
        payload is ArFramesPayload { Frames.IsDefaultOrEmpty: false } frames && Count(frames) > 0;

    /// <summary>Whether there is anything to beware of in a picture, which the first form of readings has no place for.</summary>
    public static bool HasFlags(EventPayload payload) =>
        payload is ArFramesPayload { Frames.IsDefaultOrEmpty: false } frames && frames.Frames.Any(static frame => frame.Face is { Flags: not PictureFlags.None });

    public static void Write(ArFramesPayload payload, StateWriter writer, bool withFlags)
    {
        writer.UInt((ulong)Count(payload));
        for (var i = 0; i < payload.Frames.Length; i++)
        {
            if (payload.Frames[i].Face is { } face)
            {
                writer.UInt((ulong)i);
                EmotionsCodec.Write(face.Emotions, writer);
                writer.Single(face.Confidence);
                writer.Text(face.ModelVersion);
                if (withFlags)
                {
                    writer.Byte((byte)face.Flags);
                }
            }
        }
    }

    public static (int Frame, FaceReading Reading)[] Read(ref StateReader reader, bool withFlags)
    {
        var readings = new (int, FaceReading)[reader.Count(SmallestReading)];
        for (var i = 0; i < readings.Length; i++)
        {
            var frame = reader.UInt();
            var emotions = EmotionsCodec.Read(ref reader);
            var reading = new FaceReading(emotions, reader.Single(), reader.Text());
            readings[i] = ((int)Math.Min(frame, int.MaxValue), withFlags ? reading with { Flags = (PictureFlags)reader.Byte() } : reading);
        }

        return readings;
    }

    /// <summary>The payload with its readings back in their places.</summary>
    /// <exception cref="FormatException">They have no place in it.</exception>
    public static EventPayload Place(EventPayload payload, (int Frame, FaceReading Reading)[] readings)
    {
        if (readings.Length == 0)
        {
            return payload;
        }

        var frames = payload is ArFramesPayload ar ? ar.Frames.ToBuilder() : ImmutableArray.CreateBuilder<BlendshapeFrame>();
        foreach (var (frame, reading) in readings)
        {
            if (frame >= frames.Count)
            {
                throw new FormatException($"There is a reading of frame {frame}, and there are {frames.Count} frames.");
            }

            frames[frame] = frames[frame] with { Face = reading };
        }

        return new ArFramesPayload(frames.DrainToImmutable());
    }

    private static int Count(ArFramesPayload payload)
    {
        var count = 0;
        foreach (var frame in payload.Frames)
        {
            count += frame.Face is null ? 0 : 1;
        }

        return count;
    }
}
