using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion;

/// <summary>What the contract asks of an event.</summary>
internal static class EventRules
{
    /// <summary>The most characters of a written text.</summary>
    public const int MaxTextLength = 20_000;

    private const int MaxTitleLength = 500;
    private const int MaxTermLength = 256;
    private const int MaxLanguageLength = 35;
    private const int MaxDwellMs = 86_400_000;
    private const int MaxCount = 10_000;

    /// <summary>Checks an event.</summary>
    /// <param name="value">The event.</param>
    /// <param name="violations">Notes what is wrong, below the path it stands at.</param>
    /// <returns>Whose it is, as the caller wrote it; default when the shopper is not good, whatever else is.</returns>
    public static UserKey Check(Wire.Event value, FieldViolations violations)
    {
        violations.Id("event_id", value.EventId);
        violations.Moment("occurred_at", value.OccurredAt);
        var user = violations.Shopper("shopper", value.Shopper);
        violations.Defined("touchpoint", value.Touchpoint, (int)Wire.Touchpoint.Notification);
        violations.Defined("channel", value.Channel, (int)Wire.Channel.Store);
        violations.OptionalId("product_id", value.ProductId);
        violations.Context("context", value.Context);
        CheckPayload(value, violations);
        return user;
    }

    /// <summary>Checks an event's payload alone.</summary>
    public static void CheckPayload(Wire.Event value, FieldViolations violations)
    {
        switch (value.PayloadCase)
        {
            case Wire.Event.PayloadOneofCase.Behaviour:
                Check(value.Behaviour, violations);
                break;
            case Wire.Event.PayloadOneofCase.TextFeedback:
                Check(value.TextFeedback, violations);
                break;
            case Wire.Event.PayloadOneofCase.SurveyAnswer:
                SurveyRules.Check(value.SurveyAnswer, violations);
                break;
            case Wire.Event.PayloadOneofCase.ArFrames:
                using (violations.In("ar_frames"))
                {
                    FrameRules.Check(value.ArFrames.Frames, FrameRules.MaxFrames, FrameRules.MaxOffsetMs, violations);
                }

                break;
            case Wire.Event.PayloadOneofCase.VoiceSegment:
                VoiceRules.Check(value.VoiceSegment, violations);
                break;
            default:
                violations.Add("payload", "is not set; allowed: ar_frames, survey_answer, text_feedback, voice_segment or behaviour");
                break;
        }
    }

    private static void Check(Wire.Behaviour value, FieldViolations violations)
    {
        using var _ = violations.In("behaviour");
        violations.Stated("action", value.Action, (int)Wire.BehaviourAction.Dismiss);
        violations.Range("dwell_ms", value.DwellMs, 0, MaxDwellMs);
        violations.Range("depth", value.Depth, 0.0, 1.0);
        if (value.HasCount)
        {
            violations.Range("count", value.Count, 1, MaxCount);
        }

        violations.Length("term", value.Term, 0, MaxTermLength);
        if (value.Revenue is not null || value.Margin is not null)
        {
            CheckMoney(value, violations);
        }
    }

    private static void CheckMoney(Wire.Behaviour value, FieldViolations violations)
    {
        if (value.Action is not (Wire.BehaviourAction.Purchase or Wire.BehaviourAction.Return))
        {
            violations.Add(value.Revenue is null ? "margin" : "revenue", $"is set for {value.Action}; allowed: only for Purchase and Return");
            return;
        }

        violations.NotNegative("revenue", value.Revenue);
        violations.Amount("margin", value.Margin);
        violations.SameCurrency("margin", value.Margin, "revenue", value.Revenue);
        if (value.Revenue is null)
        {
            violations.Add("margin", "is set without revenue; allowed: only with the revenue that it is part of");
        }
    }

    private static void Check(Wire.TextFeedback value, FieldViolations violations)
    {
        using var _ = violations.In("text_feedback");
        violations.Length("title", value.Title, 0, MaxTitleLength);
        violations.Length("text", value.Text, 1, MaxTextLength);
        violations.Language("language", value.Language);
    }

    /// <summary>A BCP 47 tag, or none.</summary>
    internal static bool Language(this FieldViolations violations, string field, string value)
    {
        if (value.Length <= MaxLanguageLength && !value.AsSpan().ContainsAnyExcept(s_languageCharacters))
        {
            return true;
        }

        violations.Add(field, $"is not a BCP 47 tag; allowed: up to {MaxLanguageLength} letters, digits and hyphens");
        return false;
    }

    private static readonly System.Buffers.SearchValues<char> s_languageCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
}
