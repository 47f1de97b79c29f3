using Personalization.Scoring.Onnx;

namespace Personalization.Benchmarks;

/// <summary>How a benchmark is run.</summary>
internal sealed record BenchOptions
{
    /// <summary>Length of the warm-up of each thing measured.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Length of each measurement.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Turns that value and floor get each, by which the length is divided.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Callers of a throughput run.</summary>
    public int Callers { get; init; } = 64;

    /// <summary>Products in the catalogue: the first of <see cref="ProductSizes"/>.</summary>
    public int Products { get; init; } = 10_000;

    /// <summary>Users, Zipf-distributed: the first of <see cref="UserSizes"/>.</summary>
    public int Users { get; init; } = 100_000;

    /// <summary>Every size of the catalogue that is asked for.</summary>
    public int[] ProductSizes { get; init; } = [10_000];

    /// <summary>Every number of users that is asked for.</summary>
    public int[] UserSizes { get; init; } = [100_000];

    /// <summary>Shoppers with a past who come back; 0 for none.</summary>
    public int Residents { get; init; } = 10_000;

    /// <summary>Events in the past of each of them.</summary>
    public int History { get; init; } = 10;

    public int Seed { get; init; } = 1;

    /// <summary>Which scoring model.</summary>
    public string Model { get; init; } = "text";

    /// <summary>On what models run.</summary>
    public ScoringDevice Device { get; init; }

    /// <summary>How long a scoring model is watched for growth; null: it is measured instead.</summary>
    public TimeSpan? Soak { get; init; }

    /// <summary>A labelled file; null for none.</summary>
    public string? Set { get; init; }

    /// <summary>The votes on the file's faces; null for the file named like it.</summary>
    public string? Votes { get; init; }

    /// <summary>What the file's labels are of; null for nothing.</summary>
    public string? Task { get; init; }

    /// <summary>A file of labelled rows; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>A file with the order of the rows; null for none.</summary>
    public string? Permutation { get; init; }

    /// <summary>A file of rounds with candidates; null for none.</summary>
    public string? RoundsFile { get; init; }

    /// <summary>A file of the candidates' features, or how many items there are; null for neither.</summary>
    public string? Items { get; init; }

    /// <summary>How a bandit explores.</summary>
    public string Rule { get; init; } = "linmed";

    /// <summary>The scale of a bandit's noise; null for the standard one.</summary>
    public double? Beta { get; init; }

    /// <summary>Rounds that are played; null for the standard number.</summary>
    public int? PlayedRounds { get; init; }

    /// <summary>Items that a slate shows.</summary>
    public int Slots { get; init; } = 5;

    /// <summary>How many seeds are played, from <see cref="Seed"/> on.</summary>
    public int Seeds { get; init; } = 10;

    /// <summary>Where a plot is written; null for nowhere.</summary>
    public string? Plot { get; init; }

    /// <summary>The folder that plots are written to.</summary>
    public string Out { get; init; } = "docs";

    /// <summary>The folder that a report is written to; null for none.</summary>
    public string? Report { get; init; }

    /// <summary>How many logs are simulated; 0 for none.</summary>
    public int Simulate { get; init; }

    /// <summary>The address of an engine; null for none.</summary>
    public string? Engine { get; init; }

    /// <summary>Length of one turn.</summary>
    public TimeSpan Turn => Length / Rounds;
}
