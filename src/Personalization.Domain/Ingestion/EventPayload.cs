namespace Personalization.Domain.Ingestion;

/// <summary>What an event carries. One sealed record per kind; the kinds are closed.</summary>
public abstract record EventPayload
{
    private protected EventPayload()
    {
    }

    /// <summary>The kind, as it is stored.</summary>
    public abstract PayloadKind Kind { get; }
}

/// <summary>The kinds of payload. Stored as a number: never reuse or renumber a value.</summary>
public enum PayloadKind : byte
{
    /// <summary>Facial expression coefficients of an AR try-on.</summary>
    ArFrames = 1,
    /// <summary>An answer to a survey question.</summary>
    SurveyAnswer = 2,
    /// <summary>Free text.</summary>
    TextFeedback = 3,
    /// <summary>Acoustic features of speech.</summary>
    Voice = 4,
    /// <summary>A click, a cart change, a purchase and the like.</summary>
    Behaviour = 5,
    /// <summary>What became of a recommendation.</summary>
    RecommendationOutcome = 6,
    /// <summary>What became of an intervention.</summary>
    InterventionOutcome = 7,
    /// <summary>A decision that the engine made: what it offered, in which context, with which propensities.</summary>
    Decision = 8,
    /// <summary>A change of consent.</summary>
    ConsentChanged = 9,
    /// <summary>A visitor turned out to be a known user.</summary>
    IdentityMerged = 10,
    /// <summary>A user asked to be forgotten.</summary>
    UserDeleted = 11,
    /// <summary>What was felt in an earlier event, read late.</summary>
    Feeling = 12,
}
