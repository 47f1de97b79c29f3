using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>
/// A policy that is scored and shows nobody anything, as the owner of the live one keeps it. Of an apprentice it is the live policy
/// itself, in the shadow of its baseline.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class Shadow
{
    /// <summary>Tells it from all others there were and will be.</summary>
    public required long Number { get; init; }

    /// <summary>Since when it stands.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Its exploration rule; null for the live policy's.</summary>
    public ExplorationSpec? Exploration { get; init; }

    /// <summary>Of which share of decisions it is scored, (0, 1].</summary>
    public double Share { get; init; } = 1;

    /// <summary>What it has learned by itself; null where it is the live policy's model.</summary>
    public PolicyStatistics? Own { get; init; }

    /// <summary>What is known of its first choices.</summary>
    public FirstChoices FirstChoices { get; internal set; }

    /// <summary>How answers name it.</summary>
    public string Name => NameOf(Number);

    /// <summary>How answers name a shadow.</summary>
    public static string NameOf(long number) => FormattableString.Invariant($"shadow@{number}");
}
