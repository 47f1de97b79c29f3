using Personalization.Domain.Ingestion;

namespace Personalization.Scoring.Text;

/// <summary>The words in a payload.</summary>
/// <param name="Title">A headline; empty when there is none.</param>
/// <param name="Text">The text.</param>
/// <param name="Language">BCP 47 tag; empty when unknown.</param>
internal readonly record struct Words(string Title, string Text, string Language)
{
    /// <summary>The words in a payload; null when it has none.</summary>
    public static Words? Of(EventPayload payload) => payload switch
    {
        TextFeedbackPayload text => new Words(text.Title, text.Text, text.Language),
        SurveyAnswerPayload survey when !string.IsNullOrWhiteSpace(survey.Text) => new Words(string.Empty, survey.Text, survey.Language),
        _ => null,
    };
}
