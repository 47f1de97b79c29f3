using System.Collections.Immutable;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Ingestion;

/// <summary>Writes and reads a <see cref="FeelingPayload"/>.</summary>
internal static class FeelingCodec
{
    // An empty name, a valence, a confidence.
    private const int SmallestAspect = 1 + (2 * sizeof(float));

    public static void Write(FeelingPayload payload, StateWriter writer)
    {
        writer.Int(payload.Source);
        Enums.Write(writer, payload.SourceKind, "feeling.source_kind");
        writer.Bool(payload.Observation is not null);
        if (payload.Observation is { } observation)
        {
            Write(observation, writer);
        }
    }

    public static FeelingPayload Read(ref StateReader reader)
    {
        var source = reader.Int();
        var kind = Enums.Read<PayloadKind>(ref reader);
        return new FeelingPayload(source, kind, reader.Bool() ? ReadObservation(ref reader) : null);
    }

    private static void Write(SentimentObservation observation, StateWriter writer)
    {
        Enums.Write(writer, observation.Modality, "feeling.modality");
        writer.Single(observation.Valence);
        writer.Single(observation.Arousal);
        writer.Single(observation.Confidence);
        EmotionsCodec.Write(observation.Emotions, writer);
        writer.UInt((ulong)observation.Flags);
        writer.Text(observation.ModelVersion);
        var aspects = observation.Aspects.IsDefault ? [] : observation.Aspects.AsSpan();
        writer.UInt((ulong)aspects.Length);
        foreach (var aspect in aspects)
        {
            writer.Text(aspect.Aspect);
            writer.Single(aspect.Valence);
            writer.Single(aspect.Confidence);
        }
    }

    private static SentimentObservation ReadObservation(ref StateReader reader)
    {
        var modality = Enums.Read<Modality>(ref reader);
        var (valence, arousal, confidence) = (reader.Single(), reader.Single(), reader.Single());
        var emotions = EmotionsCodec.Read(ref reader);
        var flags = (ObservationFlags)(ushort)Math.Min(reader.UInt(), ushort.MaxValue);
        var version = reader.Text();
        var aspects = new AspectSentiment[reader.Count(SmallestAspect)];
        for (var i = 0; i < aspects.Length; i++)
        {
            aspects[i] = new AspectSentiment(reader.Text(), reader.Single(), reader.Single());
        }

        return new SentimentObservation
        {
            Modality = modality,
            Valence = valence,
            Arousal = arousal,
            Confidence = confidence,
            Emotions = emotions,
            Flags = flags,
            ModelVersion = version,
            Aspects = ImmutableArray.Create(aspects),
        };
    }
}
