namespace Personalization.Benchmarks.Bandits;

/// <summary>What came of playing a data set.</summary>
internal sealed record BanditResult
{
    public required int Rounds { get; init; }

    /// <summary>1 − the mean reward.</summary>
    public required double MeanCost { get; init; }

    /// <summary>The mean cost in each tenth of the rounds.</summary>
    public required double[] Tenths { get; init; }

    /// <summary>The mean cost so far, after each hundredth of the rounds.</summary>
    public required double[] Curve { get; init; }

    /// <summary>What was expected of each choice and whether it was clicked, in order; empty where nothing is expected in clicks.</summary>
    public (float Expected, bool Clicked)[] Expectations { get; init; } = [];

    /// <summary>Rounds, from 1, after which the alarm rang.</summary>
    public required int[] Alarms { get; init; }

    /// <summary>What was best by the true probabilities, less what was chosen, per round; null where nobody knows.</summary>
    public double? MeanRegret { get; init; }

    /// <summary>The least cost in expectation; null where nobody knows.</summary>
    public double? OracleCost { get; init; }

    /// <summary>What progressive validation ended with.</summary>
    public required string Chosen { get; init; }

    public required DecisionClock Clock { get; init; }
}
