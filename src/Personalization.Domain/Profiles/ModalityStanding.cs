using Personalization.Domain.Statistics;

namespace Personalization.Domain.Profiles;

/// <summary>
/// What is known of one modality of one shopper: how far its readings lie from what the shopper feels (a face that looks stern at
/// rest, a voice that is loud by nature), and how well it has agreed with the others.
/// </summary>
public struct ModalityStanding
{
    /// <summary>How many comparisons' worth of perfect agreement a modality starts with.</summary>
    private const double PriorComparisons = 4;

    /// <summary>Doubt goes no further: what always contradicts is hardly heard, yet heard.</summary>
    private const double MostDoubt = 8;

    /// <summary>How far its valence readings are off.</summary>
    public GaussianEstimate ValenceOffset { get; set; }

    /// <summary>How far its arousal readings are off.</summary>
    public GaussianEstimate ArousalOffset { get; set; }

    /// <summary>How often it has been compared with the others.</summary>
    public int Comparisons { get; set; }

    /// <summary>Σz² over those: each about 1 for one whose errors are what they are taken to be.</summary>
    public double Disagreement { get; set; }

    /// <summary>
    /// By how much its error variance must be greater than taken, [1, 8]: the mean z², begun at 1 with a weight of 4. Never below 1:
    /// two who agree may both be wrong.
    /// </summary>
    public readonly double Doubt => Math.Clamp((PriorComparisons + Disagreement) / (PriorComparisons + Comparisons), 1, MostDoubt);
}
