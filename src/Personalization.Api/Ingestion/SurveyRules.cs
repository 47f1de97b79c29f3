using Personalization.Api.Validation;

namespace Personalization.Api.Ingestion;

/// <summary>What the contract asks of a survey answer.</summary>
internal static class SurveyRules
{
    /// <summary>Checks an answer.</summary>
    public static void Check(Wire.SurveyAnswer value, FieldViolations violations)
    {
        using var _ = violations.In("survey_answer");
        violations.Id("survey_id", value.SurveyId);
        violations.Id("question_id", value.QuestionId);
        violations.Length("text", value.Text, 0, EventRules.MaxTextLength);
        violations.Language("language", value.Language);
        if (!value.HasScore && value.Text.Length == 0)
        {
            violations.Add("score", "is not set and text is empty; allowed: a score, a text, or both");
        }

        if (violations.Defined("metric", value.Metric, (int)Wire.SurveyMetric.Ces) && CheckScale(value, violations) && value.HasScore)
        {
            var (min, max) = ScaleOf(value);
            violations.Range("score", value.Score, min, max);
        }
    }

    /// <summary>The scale of a checked answer: its own, or its metric's.</summary>
    public static (double Min, double Max) ScaleOf(Wire.SurveyAnswer value)
    {
        if (value.HasScaleMin)
        {
            return (value.ScaleMin, value.ScaleMax);
        }

        return value.Metric switch
        {
            Wire.SurveyMetric.Nps => (0, 10),
            Wire.SurveyMetric.Csat => (1, 5),
            Wire.SurveyMetric.Ces => (1, 7),

            // Words only: there is no scale, but there is always a well-formed one.
            _ => (0, 1),
        };
    }

    private static bool CheckScale(Wire.SurveyAnswer value, FieldViolations violations)
    {
        if (value.HasScaleMin != value.HasScaleMax)
        {
            violations.Add(value.HasScaleMin ? "scale_max" : "scale_min", "is not set while the other end is; allowed: both ends or neither");
            return false;
        }

        if (value.HasScaleMin && !(double.IsFinite(value.ScaleMin) && double.IsFinite(value.ScaleMax) && value.ScaleMax > value.ScaleMin))
        {
            violations.Add("scale_max", $"is {value.ScaleMax} with scale_min {value.ScaleMin}; allowed: finite and greater than scale_min");
            return false;
        }

        if (!value.HasScaleMin && value.HasScore && value.Metric == Wire.SurveyMetric.Unspecified)
        {
            violations.Add("scale_min", "is not set and the metric has no scale of its own; allowed: scale_min and scale_max, or metric Nps, Csat or Ces");
            return false;
        }

        return true;
    }
}
