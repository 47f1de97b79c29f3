using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Rules;

public sealed class SurveyRulesTests
{
    [Theory]
    [InlineData(SurveyMetric.Csat, 1, 1, 5, -1)]
    [InlineData(SurveyMetric.Csat, 3, 1, 5, 0)]
    [InlineData(SurveyMetric.Csat, 5, 1, 5, 1)]
    [InlineData(SurveyMetric.Nps, 0, 0, 10, -1)]
    [InlineData(SurveyMetric.Nps, 7.5, 0, 10, 0)]
    [InlineData(SurveyMetric.Nps, 10, 0, 10, 1)]
    [InlineData(SurveyMetric.Ces, 7, 1, 7, 0.7)]
    public void Read_PointOnAScale_HasItsValence(SurveyMetric metric, double score, double min, double max, float valence)
    {
        Assert.Equal(valence, SurveyRules.Read(Answer(metric, score, min, max))!.Valence, 1e-5f);
    }

    [Fact]
    public void Read_HigherPoint_IsNeverLessPleasant()
    {
        Gen.Select(Gen.Enum<SurveyMetric>(), Gen.Double[0, 10], Gen.Double[0, 10]).Sample((metric, a, b) =>
        {
            var low = SurveyRules.Read(Answer(metric, Math.Min(a, b), 0, 10))!;
            var high = SurveyRules.Read(Answer(metric, Math.Max(a, b), 0, 10))!;
            return low.Valence <= high.Valence && Math.Abs(low.Valence) <= 1;
        });
    }

    [Theory]
    [InlineData(double.NaN, 0, 10)]
    [InlineData(11, 0, 10)]
    [InlineData(-1, 0, 10)]
    [InlineData(5, 10, 10)]
    [InlineData(5, 10, 0)]
    [InlineData(5, double.NegativeInfinity, double.PositiveInfinity)]
    public void Read_PointOffTheScale_IsUnreadable(double score, double min, double max)
    {
        var observation = SurveyRules.Read(Answer(SurveyMetric.Other, score, min, max))!;

        Assert.True(observation.Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.Equal(0, observation.Confidence);
    }

    [Fact]
    public void Read_WordsOnly_SaysNothingOfAScale()
    {
        Assert.Null(SurveyRules.Read(Answer(SurveyMetric.Csat, null, 1, 5)));
    }

    [Fact]
    public void Fuse_AnyTwo_LiesBetweenAndAgreementIsSurer()
    {
        var one = Gen.Select(Gen.Float[-1, 1], Gen.Float[0.05f, 0.95f]);
        Gen.Select(one, one).Sample((scale, words) =>
        {
            var fused = SurveyRules.Fuse(Of(Modality.Survey, scale), Of(Modality.Text, words));
            Assert.InRange(fused.Valence, Math.Min(scale.Item1, words.Item1) - 1e-5f, Math.Max(scale.Item1, words.Item1) + 1e-5f);
            Assert.Equal(Modality.Survey, fused.Modality);
            Assert.Equal(fused.Flags.HasFlag(ObservationFlags.Contradictory), fused.Flags.HasFlag(ObservationFlags.Mixed));
            var same = SurveyRules.Fuse(Of(Modality.Survey, scale), Of(Modality.Text, (scale.Item1, words.Item2)));
            Assert.True(same.Confidence >= Math.Max(scale.Item2, words.Item2) - 1e-5f);
            Assert.True(fused.Confidence <= same.Confidence + 1e-5f);
        });
    }

    private static SurveyAnswerPayload Answer(SurveyMetric metric, double? score, double min, double max) =>
        new("s", "q", metric, score, min, max, string.Empty, string.Empty);

    private static SentimentObservation Of(Modality modality, (float Valence, float Confidence) reading) => new()
    {
        Modality = modality, Valence = reading.Valence, Arousal = 0, Confidence = reading.Confidence, ModelVersion = "test@1",
    };
}
