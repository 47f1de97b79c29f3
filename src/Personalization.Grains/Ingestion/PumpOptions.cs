using Microsoft.Extensions.Options;

namespace Personalization.Grains.Ingestion;

/// <summary>How the partitions are pumped. Section <c>Pump</c>.</summary>
public sealed class PumpOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Pump";

    /// <summary>Records read and folded at once, 1 to 10,000. Default 256: more saves calls, fewer saves waiting.</summary>
    public int BatchSize { get; set; } = 256;

    /// <summary>
    /// How often contributions go to products and policies, 10 ms to 10 s. Default 100 ms: a hot product costs a call per
    /// partition and tick, however many events it gets.
    /// </summary>
    public TimeSpan FoldInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often what was folded in is persisted, 100 ms to 10 min. Default 30 s: a crash replays at most so much.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A checkpoint is made early after so many records, 100 to 10,000,000. Default 50,000.</summary>
    public int CheckpointRecords { get; set; } = 50_000;

    /// <summary>How long an event waits for its feeling, 1 ms to 1 min. Default 2 s; after that it is folded in without.</summary>
    public TimeSpan ScoringTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a review, a post, an e-mail or a ticket waits, 1 ms to 10 min. Default 1 min: they come in floods, when an
    /// archive is read in, and their feeling is all that they are sent for. Nothing waits longer than
    /// <see cref="ScoringTimeout"/> for a scorer that does not answer.
    /// </summary>
    public TimeSpan ReviewScoringTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Full batches that one silo folds at a time, and partitions that pass on what was folded, 1 to 4,096. Default: the
    /// number of processors, and at least 2. More makes a backlog shrink sooner and acknowledgements and recommendations wait longer.
    /// </summary>
    public int Places { get; set; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>States persisted at the same time by one partition, 1 to 4,096. Default 32.</summary>
    public int PersistParallelism { get; set; } = 32;
}

/// <summary>Stops a start with wrong options, and says which and why.</summary>
public sealed class PumpOptionsValidator : IValidateOptions<PumpOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PumpOptions options)
    {
        var failures = new List<string>();
        Check(failures, nameof(options.BatchSize), options.BatchSize, 1, 10_000);
        Check(failures, nameof(options.FoldInterval), options.FoldInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
        Check(failures, nameof(options.CheckpointInterval), options.CheckpointInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Check(failures, nameof(options.CheckpointRecords), options.CheckpointRecords, 100, 10_000_000);
        Check(failures, nameof(options.ScoringTimeout), options.ScoringTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Check(failures, nameof(options.ReviewScoringTimeout), options.ReviewScoringTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        Check(failures, nameof(options.Places), options.Places, 1, 4096);
        Check(failures, nameof(options.PersistParallelism), options.PersistParallelism, 1, 4096);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check<T>(List<string> failures, string key, T value, T lowest, T highest)
        where T : IComparable<T>
    {
        if (value.CompareTo(lowest) < 0 || value.CompareTo(highest) > 0)
        {
            failures.Add($"Pump:{key} is {value}; it must be between {lowest} and {highest}.");
        }
    }
}
