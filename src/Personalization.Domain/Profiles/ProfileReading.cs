using Personalization.Domain.Scoring;

namespace Personalization.Domain.Profiles;

/// <summary>What a profile says as of a moment, in numbers: everything decayed up to there. Made without allocating.</summary>
public readonly struct ProfileReading
{
    /// <summary>The moment: the one asked for, or the newest event if that is later.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The mood of this session, resting on <see cref="LongTerm"/>.</summary>
    public required Mood ShortTerm { get; init; }

    /// <summary>The mood over weeks.</summary>
    public required Mood LongTerm { get; init; }

    /// <summary>Weights over emotions; all 0 when nothing is known.</summary>
    public required EmotionDistribution Emotions { get; init; }

    /// <summary>
    /// How lately what was shown and what was said contradicted each other (a smile and "I hate it"), [0, 1]: 1 just now, fading with the
    /// session; 0: not at all.
    /// </summary>
    public required double Contradiction { get; init; }

    /// <summary>Share of the doubt about this session's valence that evidence has taken away, [0, 1].</summary>
    public required double Confidence { get; init; }

    /// <summary>The same for the longer run.</summary>
    public required double LongConfidence { get; init; }

    /// <summary>How likely a purchase is in this session, (0, 1): <see cref="ShoppingSignals.Intent"/>.</summary>
    public required double Intent { get; init; }

    /// <summary>How torn the shopper is, [0, 1): <see cref="ShoppingSignals.Hesitation"/>.</summary>
    public required double Hesitation { get; init; }

    /// <summary>How much gets in the shopper's way, [0, 1): <see cref="ShoppingSignals.Frustration"/>.</summary>
    public required double Frustration { get; init; }

    /// <summary>How tired of suggestions, [0, 1): <see cref="ShoppingSignals.Fatigue"/>.</summary>
    public required double Fatigue { get; init; }

    /// <summary>How much the price matters, [0, 1]; 0.5 when nothing is known.</summary>
    public required double PriceSensitivity { get; init; }

    /// <summary>How well <see cref="PriceSensitivity"/> is known, [0, 1).</summary>
    public required double PriceConfidence { get; init; }

    /// <summary>Sent back over bought, decayed and shrunk, [0, 1].</summary>
    public required double ReturnRate { get; init; }

    /// <summary>Events of this session, decayed, not negative.</summary>
    public required double RecentEvents { get; init; }

    /// <summary>Events folded in, ever.</summary>
    public required long EventCount { get; init; }

    /// <summary>Share of the mood's evidence that was said or shown rather than done, [0, 1].</summary>
    public required double Explicitness { get; init; }

    /// <summary>Products in the cart.</summary>
    public required int CartSize { get; init; }

    /// <summary>The last purchase; null when there is none.</summary>
    public required DateTimeOffset? LastPurchaseAt { get; init; }

    /// <summary>The newest event; null when there is none.</summary>
    public required DateTimeOffset? LastEventAt { get; init; }
}
