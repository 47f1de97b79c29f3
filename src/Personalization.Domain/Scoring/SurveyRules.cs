using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>What a point on a survey's scale says, and how it goes together with the words beside it.</summary>
public static class SurveyRules
{
    /// <summary>Which rules these are, as <see cref="SentimentObservation.ModelVersion"/>.</summary>
    public const string Version = "survey-rules@1";

    // The passives of the net promoter score answer 7 and 8: what lies between is neither praise nor blame.
    private const double NpsNeutral = 7.5;

    /// <summary>Reads a feeling out of a point on a scale.</summary>
    /// <param name="answer">The answer; its text is not read here.</param>
    /// <returns>
    /// The observation; null when the answer has no point on a scale; flagged <see cref="ObservationFlags.Unreadable"/> when
    /// the point is not finite or not on the scale, or the scale is empty.
    /// </returns>
    public static SentimentObservation? Read(SurveyAnswerPayload answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Score is not { } score)
        {
            return null;
        }

        // Written so that NaN fails it.
        var readable = answer.ScaleMax > answer.ScaleMin && score >= answer.ScaleMin && score <= answer.ScaleMax
            && double.IsFinite(answer.ScaleMax - answer.ScaleMin);
        if (!readable)
        {
            return SentimentObservation.Unreadable(Modality.Survey, Version);
        }

        var valence = Valence(answer.Metric, (score - answer.ScaleMin) / (answer.ScaleMax - answer.ScaleMin));
        return new SentimentObservation
        {
            Modality = Modality.Survey,
            Valence = (float)valence,
            // A scale says how good, not how stirring; its ends are rarely reached calmly.
            Arousal = (float)(0.3 * Math.Abs(valence) - 0.1),
            Confidence = Confidence(answer.Metric),
            Emotions = Emotions(valence),
            ModelVersion = Version,
        };
    }

    /// <summary>
    /// Joins the scale and the words of one answer by <see cref="ModalityFusion"/>. Where they contradict each other the
    /// answer is <see cref="ObservationFlags.Mixed"/> as well: one person said both at once.
    /// </summary>
    /// <param name="scale">What the scale said.</param>
    /// <param name="words">What the words said.</param>
    public static SentimentObservation Fuse(SentimentObservation scale, SentimentObservation words)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(words);
        var fused = ModalityFusion.Fuse([(scale, 1), (words, 1)]);

        // An unreadable half does not make the answer unreadable; it is still said which two read it.
        var readable = fused.Confidence > 0;
        var flags = readable ? (scale.Flags | words.Flags) & ~ObservationFlags.Unreadable : scale.Flags | words.Flags;
        var contradicts = (fused.Flags & ObservationFlags.Contradictory) != 0;
        return fused with
        {
            Modality = Modality.Survey,
            FineEmotions = words.FineEmotions,
            Flags = flags | (contradicts ? ObservationFlags.Contradictory | ObservationFlags.Mixed : ObservationFlags.None),
            ModelVersion = $"{scale.ModelVersion}+{words.ModelVersion}",
        };
    }

    private static double Valence(SurveyMetric metric, double share) => metric switch
    {
        SurveyMetric.Nps => Nps(share * 10),
        // Effort is about the shop's ways, only in part about how one feels.
        SurveyMetric.Ces => 0.7 * (2 * share - 1),
        _ => 2 * share - 1,
    };

    private static double Nps(double points) =>
        points >= NpsNeutral ? (points - NpsNeutral) / (10 - NpsNeutral) : (points - NpsNeutral) / NpsNeutral;

    private static float Confidence(SurveyMetric metric) => metric switch
    {
        SurveyMetric.Csat => 0.85f,
        SurveyMetric.Nps => 0.75f,
        SurveyMetric.Ces => 0.6f,
        _ => 0.7f,
    };

    // A scale does not tell anger from sadness: what is bad is shared between the two.
    private static EmotionDistribution Emotions(double valence)
    {
        var all = default(EmotionDistribution);
        var felt = (float)Math.Abs(valence);
        all[(int)Emotion.Neutral] = 1 - felt;
        if (valence >= 0)
        {
            all[(int)Emotion.Joy] = felt;
        }
        else
        {
            all[(int)Emotion.Sadness] = felt / 2;
            all[(int)Emotion.Anger] = felt / 2;
        }

        return all;
    }
}
