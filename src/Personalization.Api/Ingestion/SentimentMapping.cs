using System.Numerics;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;

namespace Personalization.Api.Ingestion;

/// <summary>Feelings to the wire.</summary>
internal static class SentimentMapping
{
    /// <summary>The wire's form of an observation.</summary>
    public static Wire.Sentiment ToWire(ObservationMessage observation)
    {
        var sentiment = new Wire.Sentiment
        {
            Modality = ToWire(observation.Modality),
            Valence = observation.Valence,
            Arousal = observation.Arousal,
            Confidence = observation.Confidence,
            Emotions = ToWire(observation.Emotions),
            ModelVersion = observation.ModelVersion,
        };
        for (var rest = (uint)observation.Flags; rest != 0; rest &= rest - 1)
        {
            sentiment.Flags.Add(NameOf((ObservationFlags)(1u << BitOperations.TrailingZeroCount(rest))));
        }

        return sentiment;
    }

    /// <summary>The wire's form of a modality.</summary>
    public static Wire.Modality ToWire(Modality modality) => (Wire.Modality)(modality + 1);

    /// <summary>The domain's form of a stated modality.</summary>
    public static Modality ToDomain(Wire.Modality modality) => (Modality)(modality - 1);

    /// <summary>The wire's form of weights over emotions; null when none are known.</summary>
    public static Wire.EmotionDistribution? ToWire(float[] weights) => weights.Length < EmotionDistribution.Count ? null : new()
    {
        Neutral = weights[(int)Emotion.Neutral],
        Joy = weights[(int)Emotion.Joy],
        Interest = weights[(int)Emotion.Interest],
        Surprise = weights[(int)Emotion.Surprise],
        Confusion = weights[(int)Emotion.Confusion],
        Sadness = weights[(int)Emotion.Sadness],
        Anger = weights[(int)Emotion.Anger],
        Fear = weights[(int)Emotion.Fear],
        Disgust = weights[(int)Emotion.Disgust],
        Contempt = weights[(int)Emotion.Contempt],
    };

    private static string NameOf(ObservationFlags flag) => flag switch
    {
        ObservationFlags.Sarcasm => "SARCASM",
        ObservationFlags.LowQuality => "LOW_QUALITY",
        ObservationFlags.Mixed => "MIXED",
        ObservationFlags.Unreadable => "UNREADABLE",
        ObservationFlags.Windowed => "WINDOWED",
        ObservationFlags.UnknownLanguage => "UNKNOWN_LANGUAGE",
        ObservationFlags.Spam => "SPAM",
        ObservationFlags.Contradictory => "CONTRADICTORY",
        ObservationFlags.MicroExpression => "MICRO_EXPRESSION",
        ObservationFlags.LowLight => "LOW_LIGHT",
        ObservationFlags.Occluded => "OCCLUDED",
        _ => flag.ToString().ToUpperInvariant(),
    };
}
