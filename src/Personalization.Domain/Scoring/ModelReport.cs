using System.Collections.Immutable;

namespace Personalization.Domain.Scoring;

/// <summary>A loaded version of a scoring model, for whom it reads, and what it has done since it was loaded.</summary>
public sealed record ModelReport
{
    /// <summary>One of <see cref="ModelNames.All"/>.</summary>
    public required string Name { get; init; }

    /// <summary><c>name@version+hash</c>.</summary>
    public required string Version { get; init; }

    /// <summary>On what it runs: <c>cpu</c> or <c>cuda</c>, with the reason where another was asked for.</summary>
    public required string Device { get; init; }

    /// <summary>For whom it reads.</summary>
    public ModelState State { get; init; } = ModelState.Live;

    /// <summary>The share of users whose payloads it reads, [0, 1].</summary>
    public double TrafficShare { get; init; } = 1;

    /// <summary>Whether it was live before the live version: what a rollback goes back to.</summary>
    public bool IsPrevious { get; init; }

    /// <summary>When it was loaded.</summary>
    public DateTimeOffset LoadedAt { get; init; }

    /// <summary>How it compared with the live version while it was last a shadow; null when it never was one.</summary>
    public ModelAgreement? Agreement { get; init; }

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
