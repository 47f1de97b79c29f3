using System.Collections.Immutable;

namespace Personalization.Domain.Scoring;

/// <summary>What one scorer read out of one event.</summary>
public sealed record SentimentObservation
{
    /// <summary>Through what the feeling showed.</summary>
    public required Modality Modality { get; init; }

    /// <summary>Unpleasant to pleasant, [−1, 1].</summary>
    public required float Valence { get; init; }

    /// <summary>Calm to excited, [−1, 1].</summary>
    public required float Arousal { get; init; }

    /// <summary>How sure the scorer is, calibrated, [0, 1].</summary>
    public required float Confidence { get; init; }

    /// <summary>Weights over emotions; all 0 when the scorer reads none.</summary>
    public EmotionDistribution Emotions { get; init; }

    /// <summary>
    /// Probabilities of finer emotions, in the order of <see cref="Scoring.FineEmotions.Names"/>; empty when the scorer tells none.
    /// Answered to those who ask, and kept in no profile.
    /// </summary>
    public ImmutableArray<float> FineEmotions { get; init; } = [];

    /// <summary>What to beware of.</summary>
    public ObservationFlags Flags { get; init; }

    /// <summary>Feelings about parts of the product, where the text names them.</summary>
    public ImmutableArray<AspectSentiment> Aspects { get; init; } = [];

    /// <summary>Which model or rule set read it: <c>name@version</c>.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>The observation of an input that could not be read: no feeling, no confidence, <see cref="ObservationFlags.Unreadable"/>.</summary>
    /// <param name="modality">Through what the feeling would have shown.</param>
    /// <param name="modelVersion">Which model or rule set could not read it.</param>
    /// <param name="more">What else to beware of.</param>
    public static SentimentObservation Unreadable(Modality modality, string modelVersion, ObservationFlags more = ObservationFlags.None) => new()
    {
        Modality = modality,
        Valence = 0,
        Arousal = 0,
        Confidence = 0,
        Flags = ObservationFlags.Unreadable | more,
        ModelVersion = modelVersion,
    };
}

/// <summary>A feeling about one aspect of a product.</summary>
/// <param name="Aspect">The aspect: <c>texture</c>, <c>scent</c>, <c>shade</c>, <c>price</c>, <c>delivery</c>, <c>service</c>, <c>fit</c>, <c>quality</c>, <c>packaging</c>.</param>
/// <param name="Valence">[−1, 1].</param>
/// <param name="Confidence">[0, 1].</param>
public readonly record struct AspectSentiment(string Aspect, float Valence, float Confidence);

/// <summary>What to beware of in an observation.</summary>
[Flags]
public enum ObservationFlags : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>The words may mean their opposite.</summary>
    Sarcasm = 1,
    /// <summary>The input was poor in some way: badly seen, noisy, too short, partly broken.</summary>
    LowQuality = 2,
    /// <summary>Positive and negative at once.</summary>
    Mixed = 4,
    /// <summary>The input could not be read (not finite, wrong shape): the observation says nothing.</summary>
    Unreadable = 8,
    /// <summary>The text was longer than the model's window and was read in pieces.</summary>
    Windowed = 16,
    /// <summary>A language that the model does not know.</summary>
    UnknownLanguage = 32,
    /// <summary>Looks like spam or a machine.</summary>
    Spam = 64,
    /// <summary>Modalities say opposite things of the same moment: sarcasm, politeness, or two feelings at once.</summary>
    Contradictory = 128,
    /// <summary>An expression flashed over the face and was gone within half a second: something that was not meant to show, maybe.</summary>
    MicroExpression = 256,
    /// <summary>Most pictures of the face were dark or flat: see <see cref="PictureFlags.LowLight"/>. Comes with <see cref="LowQuality"/>.</summary>
    LowLight = 512,
    /// <summary>In most pictures of the face something hid it: see <see cref="PictureFlags.Occluded"/>. Comes with <see cref="LowQuality"/>.</summary>
    Occluded = 1024,
}
