namespace Personalization.Domain.Scoring;

/// <summary>Which way a feeling goes.</summary>
public enum Polarity : byte
{
    /// <summary>Unpleasant.</summary>
    Negative = 0,
    /// <summary>Neither.</summary>
    Neutral = 1,
    /// <summary>Pleasant.</summary>
    Positive = 2,
    /// <summary>Both at once.</summary>
    Mixed = 3,
}

/// <summary>Names the way that an observation goes.</summary>
public static class Polarities
{
    /// <summary>From which absolute valence on a feeling is not neutral.</summary>
    public const float Threshold = 0.15f;

    /// <summary>The polarity of an observation: mixed when flagged so, else by its valence.</summary>
    public static Polarity Of(SentimentObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return (observation.Flags & ObservationFlags.Mixed) != 0 ? Polarity.Mixed
            : observation.Valence > Threshold ? Polarity.Positive
            : observation.Valence < -Threshold ? Polarity.Negative
            : Polarity.Neutral;
    }
}
