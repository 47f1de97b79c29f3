using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>
/// What a single action says about how a shopper feels. Little: so every confidence is small, and most actions say nothing.
/// What actions say about intent and hesitation is a matter of the profile, not of feelings.
/// </summary>
public static class BehaviourRules
{
    /// <summary>Which rules these are, as <see cref="SentimentObservation.ModelVersion"/>.</summary>
    public const string Version = "behaviour-rules@1";

    /// <summary>How long a view must last before it counts as interest, in milliseconds.</summary>
    public const int LongDwellMs = 20_000;

    private const int IdleDwellMs = 300_000;

    /// <summary>Reads a feeling out of an action.</summary>
    /// <param name="behaviour">The action.</param>
    /// <returns>The observation, or null when the action says nothing (a plain view, click, search, scroll or checkout step).</returns>
    public static SentimentObservation? Read(BehaviourPayload behaviour)
    {
        ArgumentNullException.ThrowIfNull(behaviour);
        var times = Math.Clamp(behaviour.Count, 1, 20);
        return behaviour.Action switch
        {
            // Three clicks are impatience, ten are anger: sureness grows with the count, the feeling does not.
            BehaviourKind.RageClick => Of(-0.6f, 0.7f, Math.Min(0.55f, 0.2f + 0.05f * times), Emotion.Anger),
            BehaviourKind.Return => Of(-0.6f, 0.1f, 0.45f, Emotion.Sadness),
            BehaviourKind.Abandon => Of(-0.3f, 0.1f, 0.2f, Emotion.Sadness),
            BehaviourKind.RemoveFromCart => Of(-0.25f, 0f, 0.15f, Emotion.Neutral),
            BehaviourKind.Dismiss => Of(-0.2f, 0f, 0.12f, Emotion.Neutral),
            BehaviourKind.AddToCart => Of(0.3f, 0.2f, 0.2f, Emotion.Interest),
            BehaviourKind.Wishlist => Of(0.4f, 0.2f, 0.25f, Emotion.Interest),
            BehaviourKind.Purchase => Of(0.5f, 0.3f, 0.35f, Emotion.Joy),
            // Beyond five minutes the tab is open and nobody is there.
            BehaviourKind.View when behaviour.DwellMs is >= LongDwellMs and <= IdleDwellMs => Of(0.15f, 0.1f, 0.1f, Emotion.Interest),
            _ => null,
        };
    }

    private static SentimentObservation Of(float valence, float arousal, float confidence, Emotion emotion) => new()
    {
        Modality = Modality.Behaviour,
        Valence = valence,
        Arousal = arousal,
        Confidence = confidence,
        Emotions = EmotionDistribution.Only(emotion),
        ModelVersion = Version,
    };
}
