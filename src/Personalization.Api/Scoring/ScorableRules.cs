using Personalization.Api.Ingestion;
using Personalization.Api.Validation;
using Personalization.Domain.Scoring;

namespace Personalization.Api.Scoring;

/// <summary>What the contract asks of what is to be scored.</summary>
internal static class ScorableRules
{
    private const int MaxOwnerLength = 128;

    /// <summary>Checks on whose behalf and how urgently.</summary>
    public static void Check(string owner, Wire.ScoringPriority priority, FieldViolations violations)
    {
        violations.Length("owner", owner, 0, MaxOwnerLength);
        violations.Defined("priority", priority, (int)Wire.ScoringPriority.Review);
    }

    /// <summary>Checks how far the payloads of a batch can be trusted: nothing is said of any, or of each.</summary>
    public static void CheckReliabilities(Wire.BatchScoreRequest request, FieldViolations violations)
    {
        if (request.Reliabilities.Count == 0)
        {
            return;
        }

        if (request.Reliabilities.Count != request.Payloads.Count)
        {
            violations.Add("reliabilities", $"there are {request.Reliabilities.Count}; allowed: none, or one for each of the {request.Payloads.Count} payloads");
            return;
        }

        for (var i = 0; i < request.Reliabilities.Count; i++)
        {
            if (!(request.Reliabilities[i] is > 0 and <= 1))
            {
                violations.Add($"reliabilities[{i}]", $"is {request.Reliabilities[i]}; allowed: above 0 and up to 1");
            }
        }
    }

    /// <summary>Checks a payload, which may be unset.</summary>
    /// <returns>The payload as an event carries it: the same rules and the same reading hold for both.</returns>
    public static Wire.Event Check(Wire.Scorable? value, FieldViolations violations)
    {
        var carrier = CarrierOf(value);
        EventRules.CheckPayload(carrier, violations);
        return carrier;
    }

    /// <summary>The domain's form of a checked priority.</summary>
    public static ScoringLane LaneOf(Wire.ScoringPriority priority) => priority switch
    {
        Wire.ScoringPriority.Checkout => ScoringLane.Checkout,
        Wire.ScoringPriority.Ar => ScoringLane.Ar,
        Wire.ScoringPriority.Review => ScoringLane.Review,
        _ => ScoringLane.Survey,
    };

    private static Wire.Event CarrierOf(Wire.Scorable? value)
    {
        var carrier = new Wire.Event();
        switch (value?.PayloadCase)
        {
            case Wire.Scorable.PayloadOneofCase.ArFrames:
                carrier.ArFrames = value.ArFrames;
                break;
            case Wire.Scorable.PayloadOneofCase.SurveyAnswer:
                carrier.SurveyAnswer = value.SurveyAnswer;
                break;
            case Wire.Scorable.PayloadOneofCase.TextFeedback:
                carrier.TextFeedback = value.TextFeedback;
                break;
            case Wire.Scorable.PayloadOneofCase.VoiceSegment:
                carrier.VoiceSegment = value.VoiceSegment;
                break;
            case Wire.Scorable.PayloadOneofCase.Behaviour:
                carrier.Behaviour = value.Behaviour;
                break;
        }

        return carrier;
    }
}
