using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>Where a policy stands, besides its weights: what decisions and operators read.</summary>
public sealed record PolicyStanding
{
    /// <summary>Nothing learned, nothing known of positions.</summary>
    public static PolicyStanding None { get; } = new();

    /// <summary>Observations learned, amendments not counted.</summary>
    public long Observations { get; init; }

    /// <summary>Their mean reward; 0 when there is none.</summary>
    public double MeanReward { get; init; }

    /// <summary>How likely each position is to be looked at, from the first on, on the <see cref="ExaminationGrid"/>; empty for not known.</summary>
    public ImmutableArray<byte> Examination { get; init; } = [];

    /// <summary>How often another λ₂ has been taken.</summary>
    public int LambdaChanges { get; init; }

    /// <summary>How often predictions had become worse than they used to be, and variances were raised.</summary>
    public int Alarms { get; init; }

    /// <summary>How many observations there were when that last was so; 0 for never.</summary>
    public long AlarmedAt { get; init; }

    /// <summary>By how many standard deviations predictions are worse than usual now; 0 until enough is known.</summary>
    public double AlarmScore { get; init; }
}
