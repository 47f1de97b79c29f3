using Personalization.Domain.Scoring;

namespace Personalization.Grains.Profiles;

/// <summary>Some of a user's events, in order, with what was felt in them.</summary>
/// <param name="Partition">The partition of the log that they come from.</param>
/// <param name="Checkpoint">The partition's checkpoint: effects up to here will never be asked for again.</param>
/// <param name="Previous">
/// What the user is known to have, at least; 0 when nothing was sent since the checkpoint. A user who has less lost it with a
/// silo and must not go on from here.
/// </param>
/// <param name="Events">The events; offsets growing.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.UserBatch")]
public sealed record UserBatch(
    [property: Id(0)] int Partition,
    [property: Id(1)] long Checkpoint,
    [property: Id(2)] long Previous,
    [property: Id(3)] UserEvent[] Events);

/// <summary>One of a user's events.</summary>
/// <param name="Offset">Its offset in the partition.</param>
/// <param name="Body">The event as the event codec wrote it; empty when it was erased or cannot be read: only the offset counts.</param>
/// <param name="Observation">What was felt in it; null when it carries no feeling or could not be scored in time.</param>
/// <param name="IsOwed">It carries a feeling that could not be read in time, and will come later in an event of its own.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.UserEvent")]
public readonly record struct UserEvent(
    [property: Id(0)] long Offset, [property: Id(1)] ReadOnlyMemory<byte> Body, [property: Id(2)] ObservationMessage? Observation,
    [property: Id(3)] bool IsOwed = false);

/// <summary>A <see cref="SentimentObservation"/> on its way between grains.</summary>
/// <param name="Modality">Through what the feeling showed.</param>
/// <param name="Valence">[−1, 1].</param>
/// <param name="Arousal">[−1, 1].</param>
/// <param name="Confidence">[0, 1].</param>
/// <param name="Emotions">One weight per emotion, or empty when none were read.</param>
/// <param name="Flags">What to beware of.</param>
/// <param name="Aspects">Feelings about parts of the product.</param>
/// <param name="ModelVersion">name@version.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ObservationMessage")]
public sealed record ObservationMessage(
    [property: Id(0)] Modality Modality,
    [property: Id(1)] float Valence,
    [property: Id(2)] float Arousal,
    [property: Id(3)] float Confidence,
    [property: Id(4)] float[] Emotions,
    [property: Id(5)] ObservationFlags Flags,
    [property: Id(6)] AspectMessage[] Aspects,
    [property: Id(7)] string ModelVersion)
{
    /// <summary>The message for an observation.</summary>
    public static ObservationMessage From(SentimentObservation observation)
    {
        var emotions = new float[EmotionDistribution.Count];
        var any = false;
        for (var i = 0; i < emotions.Length; i++)
        {
            emotions[i] = observation.Emotions[i];
            any |= emotions[i] != 0;
        }

        var aspects = observation.Aspects.IsDefaultOrEmpty
            ? []
            : observation.Aspects.Select(static a => new AspectMessage(a.Aspect, a.Valence, a.Confidence)).ToArray();
        return new ObservationMessage(
            observation.Modality, observation.Valence, observation.Arousal, observation.Confidence,
            any ? emotions : [], observation.Flags, aspects, observation.ModelVersion);
    }

    /// <summary>The observation of a message.</summary>
    public SentimentObservation ToObservation()
    {
        var emotions = default(EmotionDistribution);
        for (var i = 0; i < Math.Min(Emotions.Length, EmotionDistribution.Count); i++)
        {
            emotions[i] = Emotions[i];
        }

        return new SentimentObservation
        {
            Modality = Modality,
            Valence = Valence,
            Arousal = Arousal,
            Confidence = Confidence,
            Emotions = emotions,
            Flags = Flags,
            Aspects = [.. Aspects.Select(static a => new AspectSentiment(a.Aspect, a.Valence, a.Confidence))],
            ModelVersion = ModelVersion,
        };
    }
}

/// <summary>An <see cref="AspectSentiment"/> on its way between grains.</summary>
/// <param name="Aspect">The aspect.</param>
/// <param name="Valence">[−1, 1].</param>
/// <param name="Confidence">[0, 1].</param>
[GenerateSerializer, Immutable]
[Alias("personalization.AspectMessage")]
public readonly record struct AspectMessage(
    [property: Id(0)] string Aspect, [property: Id(1)] float Valence, [property: Id(2)] float Confidence);
