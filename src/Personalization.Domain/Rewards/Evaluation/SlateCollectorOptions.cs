using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>Which decisions a <see cref="SlateCollector"/> takes, and what it looks at in them.</summary>
public sealed record SlateCollectorOptions
{
    /// <summary>The first moment of decisions that are taken.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment that is not part of it any more.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The policy that is evaluated: what it makes of the scores that were logged. Null for <see cref="Shadow"/>.</summary>
    public IExplorationRule? Target { get; init; }

    /// <summary>
    /// Where there is no <see cref="Target"/>: the number of the shadow that is evaluated, by the probabilities that were logged when
    /// decisions were made.
    /// </summary>
    public long Shadow { get; init; }

    /// <summary>What it is measured by.</summary>
    public RewardMeasure Measure { get; init; } = RewardMeasure.Click;

    /// <summary>How long rewards are waited for, and their range.</summary>
    public RewardOptions Rewards { get; init; } = new();

    /// <summary>How many decisions are held; further ones are left out and counted. At least 2.</summary>
    public int MaxDecisions { get; init; } = 100_000;

    /// <summary>How many slots are looked at, from the first, at least 1; rewards below are left out.</summary>
    public int MaxSlots { get; init; } = 10;

    /// <summary>The smallest and the largest value of the measure for one item.</summary>
    public (double Min, double Max) RewardRange => RewardMeasures.RangeOf(Measure, Rewards);
}
