namespace Personalization.Domain.Ingestion;

/// <summary>An answer to one survey question: a point on a scale, a text, or both.</summary>
/// <param name="SurveyId">The survey.</param>
/// <param name="QuestionId">The question.</param>
/// <param name="Metric">What the scale measures.</param>
/// <param name="Score">The point on the scale; null when the question was answered in words only.</param>
/// <param name="ScaleMin">The worst point of the scale.</param>
/// <param name="ScaleMax">The best point of the scale; greater than <paramref name="ScaleMin"/>.</param>
/// <param name="Text">The answer in words; empty when there is none.</param>
/// <param name="Language">BCP 47 tag; empty when unknown.</param>
public sealed record SurveyAnswerPayload(
    string SurveyId,
    string QuestionId,
    SurveyMetric Metric,
    double? Score,
    double ScaleMin,
    double ScaleMax,
    string Text,
    string Language) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.SurveyAnswer;
}

/// <summary>What a survey scale measures. Stored as a number: never reuse or renumber a value.</summary>
public enum SurveyMetric : byte
{
    /// <summary>Any other scale.</summary>
    Other = 0,
    /// <summary>Net promoter score, 0 to 10.</summary>
    Nps = 1,
    /// <summary>Customer satisfaction, usually 1 to 5.</summary>
    Csat = 2,
    /// <summary>Customer effort, usually 1 to 7, higher meaning easier.</summary>
    Ces = 3,
}
