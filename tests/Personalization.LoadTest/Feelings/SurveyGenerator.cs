using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.LoadTest.Feelings;

/// <summary>Makes points on scales: a feeling, put into whole numbers by someone who rounds and leans to the friendly side.</summary>
internal static class SurveyGenerator
{
    /// <summary>An answer to a question of the shop's surveys.</summary>
    /// <param name="rng">Chance.</param>
    /// <param name="metric">What it measures.</param>
    /// <param name="feeling">The feeling, [−1, 1].</param>
    public static SurveyAnswer Make(Rng rng, SurveyMetric metric, double feeling)
    {
        var (low, high) = metric switch
        {
            SurveyMetric.Nps => (0, 10),
            SurveyMetric.Csat => (1, 5),
            SurveyMetric.Ces => (1, 7),
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "metric must be NPS, CSAT or CES."),
        };
        var share = Math.Clamp(0.56 + (0.42 * feeling) + rng.Normal(0, 0.08), 0, 1);
        return new SurveyAnswer
        {
            SurveyId = metric == SurveyMetric.Ces ? "exit" : "after-purchase",
            QuestionId = metric.ToString().ToLowerInvariant(),
            Metric = metric,
            Score = Math.Round(low + (share * (high - low))),
        };
    }
}
