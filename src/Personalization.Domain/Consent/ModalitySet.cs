using System.Numerics;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Consent;

/// <summary>Some modalities. Bit n stands for the <see cref="Modality"/> of number n; stored as such.</summary>
[Flags]
public enum ModalitySet : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Words.</summary>
    Text = 1 << Modality.Text,
    /// <summary>Facial expression.</summary>
    Face = 1 << Modality.Face,
    /// <summary>The sound of speech.</summary>
    Voice = 1 << Modality.Voice,
    /// <summary>What the shopper did.</summary>
    Behaviour = 1 << Modality.Behaviour,
    /// <summary>A point on a survey's scale.</summary>
    Survey = 1 << Modality.Survey,
    /// <summary>What is read off the body: face and voice.</summary>
    Biometric = Face | Voice,
    /// <summary>Every modality.</summary>
    All = Text | Face | Voice | Behaviour | Survey,
}

/// <summary>Questions about modalities.</summary>
public static class Modalities
{
    /// <summary>How many there are.</summary>
    public const int Count = 5;

    /// <summary>The set of one.</summary>
    public static ModalitySet ToSet(this Modality modality) => (ModalitySet)(1 << (int)modality);

    /// <summary>Whether a set has a modality.</summary>
    public static bool Has(this ModalitySet set, Modality modality) => (set & modality.ToSet()) != 0;

    /// <summary>How many modalities a set has.</summary>
    public static int Size(this ModalitySet set) => BitOperations.PopCount((uint)set);

    /// <summary>Whether it is read off the body, and so never granted by silence.</summary>
    public static bool IsBiometric(this Modality modality) => ModalitySet.Biometric.Has(modality);

    /// <summary>
    /// Through which modality a payload speaks: the one that must be granted before it is read, and under which all that is
    /// learned from it is filed, so that withdrawal finds it. A survey's words are filed under the survey.
    /// </summary>
    /// <returns>The modality; null for the engine's own records and for the shopper's instructions, which are not about feelings.</returns>
    public static Modality? Of(PayloadKind kind) => kind switch
    {
        PayloadKind.ArFrames => Modality.Face,
        PayloadKind.SurveyAnswer => Modality.Survey,
        PayloadKind.TextFeedback => Modality.Text,
        PayloadKind.Voice => Modality.Voice,
        PayloadKind.Behaviour or PayloadKind.RecommendationOutcome or PayloadKind.InterventionOutcome => Modality.Behaviour,
        PayloadKind.Decision or PayloadKind.ConsentChanged or PayloadKind.IdentityMerged or PayloadKind.UserDeleted
            or PayloadKind.Feeling => null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of payload."),
    };
}
