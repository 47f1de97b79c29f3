using System.Collections.Immutable;

namespace Personalization.Domain.Ingestion;

/// <summary>
/// How something was said, never what: acoustic numbers only. PCM is reduced to them at the door. They may tell a few voices
/// apart, so they are as personal as a voice.
/// </summary>
/// <param name="DurationMs">Length of the segment in milliseconds.</param>
/// <param name="Features">The features in the order of <see cref="AcousticFeature"/>.</param>
public sealed record VoicePayload(int DurationMs, ImmutableArray<float> Features) : EventPayload
{
    /// <summary>
    /// The longer description that the voice model reads, in the order of <see cref="Scoring.Voice.VoiceFunctionals"/>; empty
    /// where a caller sent features only, and in events of before there was one.
    /// </summary>
    public VoiceVector Functionals { get; init; } = VoiceVector.None;

    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Voice;
}

/// <summary>A long description of a voice segment.</summary>
/// <param name="Layout">Which numbers in which order: a model reads only the layout that it was trained on; 0 for none.</param>
/// <param name="Values">The numbers, in half precision: what is stored is what the model was trained on.</param>
public readonly record struct VoiceVector(byte Layout, ImmutableArray<Half> Values)
{
    /// <summary>No description.</summary>
    public static VoiceVector None { get; } = new(0, []);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Values.IsDefaultOrEmpty;
}

/// <summary>The acoustic features of a voice segment, in stored order. Append only.</summary>
public enum AcousticFeature
{
    /// <summary>Mean fundamental frequency of voiced frames, in Hz; 0 when nothing was voiced.</summary>
    PitchMeanHz = 0,
    /// <summary>Standard deviation of the fundamental frequency over voiced frames, in semitones.</summary>
    PitchStdSemitones = 1,
    /// <summary>Mean level of speech frames, in dB relative to full scale.</summary>
    EnergyMeanDb = 2,
    /// <summary>Standard deviation of the level over speech frames, in dB.</summary>
    EnergyStdDb = 3,
    /// <summary>Share of frames that are speech, [0, 1].</summary>
    SpeechRatio = 4,
    /// <summary>Share of speech frames that are voiced, [0, 1].</summary>
    VoicedRatio = 5,
    /// <summary>Mean spectral centroid of speech frames, in Hz.</summary>
    SpectralCentroidHz = 6,
    /// <summary>Energy peaks per second of speech: a proxy of syllable rate.</summary>
    SyllableRate = 7,
    /// <summary>Mean zero-crossing rate of speech frames, [0, 1].</summary>
    ZeroCrossingRate = 8,
    /// <summary>Signal-to-noise estimate in dB: speech level over background level.</summary>
    SnrDb = 9,
}
