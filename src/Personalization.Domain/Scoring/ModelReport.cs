using System.Collections.Immutable;

namespace Personalization.Domain.Scoring;

/// <summary>A scoring model at work, and what it has done since it was loaded.</summary>
public sealed record ModelReport
{
    /// <summary><c>text</c>, <c>face</c>, <c>voice</c>, <c>behaviour</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>name@version+hash</c>.</summary>
    public required string Version { get; init; }

    /// <summary>On what it runs: <c>cpu</c> or <c>cuda</c>, with the reason where another was asked for.</summary>
    public required string Device { get; init; }

    /// <summary>Items waiting for a batch now.</summary>
    public int Waiting { get; init; }

    /// <summary>Items computed.</summary>
    public long Scored { get; init; }

    /// <summary>Items dropped because their deadline passed.</summary>
    public long Expired { get; init; }

    /// <summary>Items refused.</summary>
    public long Overloaded { get; init; }

    /// <summary>Items for which the model failed.</summary>
    public long Failed { get; init; }

    /// <summary>Batches computed.</summary>
    public long Batches { get; init; }

    /// <summary>Mean time that a computed item waited.</summary>
    public TimeSpan MeanQueueTime { get; init; }

    /// <summary>Mean time that a batch took.</summary>
    public TimeSpan MeanComputeTime { get; init; }

    /// <summary>How many batches had 0, 1, 2, … items.</summary>
    public ImmutableArray<long> BatchSizes { get; init; } = [];

    /// <summary>How many batches went for each reason.</summary>
    public ImmutableSortedDictionary<string, long> Exits { get; init; } = ImmutableSortedDictionary<string, long>.Empty;
}
