using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Personalization.Domain.Scoring;

/// <summary>
/// One probability for each of the 27 emotions of GoEmotions (Demszky et al. 2020) and neutral, [0, 1]. A text may have several
/// of them or none, so they do not sum to 1.
/// </summary>
[InlineArray(Count)]
public struct FineEmotions
{
    /// <summary>How many there are.</summary>
    public const int Count = 28;

    private float _first;

    /// <summary>Their names, in GoEmotions' order; never reorder.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire", "disappointment",
        "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness",
        "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
    ];

    /// <summary>Adds another's probabilities, times a factor.</summary>
    public void Add(in FineEmotions other, float times)
    {
        for (var e = 0; e < Count; e++)
        {
            this[e] += times * other[e];
        }
    }
}
