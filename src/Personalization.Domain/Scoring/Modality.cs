namespace Personalization.Domain.Scoring;

/// <summary>Through what a feeling showed. Stored as a number: never reuse or renumber a value.</summary>
public enum Modality : byte
{
    /// <summary>Words.</summary>
    Text = 0,
    /// <summary>Facial expression.</summary>
    Face = 1,
    /// <summary>The sound of speech.</summary>
    Voice = 2,
    /// <summary>What the shopper did.</summary>
    Behaviour = 3,
    /// <summary>A point on a survey's scale.</summary>
    Survey = 4,
}
