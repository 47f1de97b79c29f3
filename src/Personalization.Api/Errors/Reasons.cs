namespace Personalization.Api.Errors;

/// <summary>The reason codes of errors, rejections and warnings: part of the contract, never renamed.</summary>
internal static class Reasons
{
    /// <summary>The domain of <c>google.rpc.ErrorInfo</c>.</summary>
    public const string Domain = "personalization";

    /// <summary>A field is out of its range.</summary>
    public const string InvalidField = "INVALID_FIELD";

    /// <summary>The event id was used for another event of the shopper within the dedup window.</summary>
    public const string EventIdReused = "EVENT_ID_REUSED";

    /// <summary>The shopper has not consented to the event's modality or to personalization.</summary>
    public const string NoConsent = "NO_CONSENT";

    /// <summary>The event is older than the engine takes.</summary>
    public const string EventTooOld = "EVENT_TOO_OLD";

    /// <summary>The event says that it happened in the future.</summary>
    public const string EventInFuture = "EVENT_IN_FUTURE";

    /// <summary>The log has more waiting than it can write soon.</summary>
    public const string LogOverloaded = "EVENT_LOG_OVERLOADED";

    /// <summary>More events are acknowledged and not folded in than may be.</summary>
    public const string TooFarBehind = "TOO_FAR_BEHIND";

    /// <summary>The process has as many calls under way as it may.</summary>
    public const string TooManyCalls = "TOO_MANY_CALLS";

    /// <summary>The process has as many streams open as it may.</summary>
    public const string TooManyStreams = "TOO_MANY_STREAMS";

    /// <summary>A stream's client sent more than its credits allow.</summary>
    public const string CreditsExceeded = "CREDITS_EXCEEDED";

    /// <summary>The request id was used for another request.</summary>
    public const string RequestIdReused = "REQUEST_ID_REUSED";

    /// <summary>What was asked for is not there.</summary>
    public const string NotFound = "NOT_FOUND";

    /// <summary>The events behind a consistency token were not folded in within the deadline.</summary>
    public const string TokenNotReached = "CONSISTENCY_TOKEN_NOT_REACHED";

    /// <summary>The call's deadline passed.</summary>
    public const string DeadlineExceeded = "DEADLINE_EXCEEDED";

    /// <summary>A part of the engine does not answer at the moment.</summary>
    public const string EngineUnavailable = "ENGINE_UNAVAILABLE";

    /// <summary>The engine failed; the message carries a reference for the logs.</summary>
    public const string Internal = "INTERNAL";

    /// <summary>The visitor was merged into another user before.</summary>
    public const string MergedElsewhere = "MERGED_ELSEWHERE";

    /// <summary>The rejected event's body was not kept: only a mended event can be replayed.</summary>
    public const string BodyNotKept = "BODY_NOT_KEPT";

    /// <summary>The outcome id was used for another outcome of the shopper within the dedup window.</summary>
    public const string OutcomeIdReused = "OUTCOME_ID_REUSED";

    /// <summary>More payloads wait for the models than may.</summary>
    public const string ScoringOverloaded = "SCORING_OVERLOADED";

    /// <summary>No model got to the payload within the deadline.</summary>
    public const string ScoringTooSlow = "SCORING_TOO_SLOW";

    /// <summary>No model reads payloads of this kind, or no scoring silo answers.</summary>
    public const string ScoringUnavailable = "SCORING_UNAVAILABLE";

    /// <summary>The model failed on the payload.</summary>
    public const string ScoringFailed = "SCORING_FAILED";

    /// <summary>The file is damaged, or no model of the kind that it was to be loaded as.</summary>
    public const string ModelRefused = "MODEL_REFUSED";

    /// <summary>The versions of the model stand so that it cannot be done.</summary>
    public const string ModelState = "MODEL_STATE";

    /// <summary>As many versions of the model are loaded as may be.</summary>
    public const string TooManyVersions = "TOO_MANY_VERSIONS";

    /// <summary>The configuration does not allow changes to models.</summary>
    public const string ModelChangesOff = "MODEL_CHANGES_OFF";

    /// <summary>Another policy is being evaluated.</summary>
    public const string EvaluationUnderWay = "EVALUATION_UNDER_WAY";

    /// <summary>The policy's model is damaged, or of no use here.</summary>
    public const string PolicyRefused = "POLICY_REFUSED";

    /// <summary>The policy stands so that it cannot be changed in that way.</summary>
    public const string PolicyState = "POLICY_STATE";
}
