namespace Personalization.Scoring.Batching;

/// <summary>When a batch goes, how long anything may wait, and how much may wait.</summary>
public sealed class BatcherOptions
{
    /// <summary>How many lanes there are; lane 0 is the most urgent.</summary>
    public int Lanes { get; set; } = 4;

    /// <summary>The most items in a batch, 1 to 1,024; fewer where a runner has no use for so many.</summary>
    public int MaxBatch { get; set; } = 128;

    /// <summary>As soon as so many wait a batch goes, 1 to <see cref="MaxBatch"/>: beyond it larger batches gain little.</summary>
    public int PreferredBatch { get; set; } = 32;

    /// <summary>The longest that an item waits for company, 0 to 1 s; 0: whatever waits goes as soon as a worker is free.</summary>
    public TimeSpan LongestQueueDelay { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Among how many batches' worth of a lane's most due items company of like size is sought, 1 to 64; 1: size does not
    /// matter. It never does where a runner's inputs cost alike.
    /// </summary>
    public int LookAhead { get; set; } = 4;

    /// <summary>The most items that wait, over all lanes, at least <see cref="MaxBatch"/>; more are refused.</summary>
    public int QueueBound { get; set; } = 4096;

    /// <summary>How urgent an item without a deadline is: as if it had one so far ahead, 1 ms to 1 h.</summary>
    public TimeSpan DefaultUrgency { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How much later each item that an owner already has waiting makes the owner's next one, 0 to 1 s.</summary>
    public TimeSpan FairnessStep { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>After waiting so long an item of a lesser lane gets one of the places kept for such items, 1 ms to 1 h.</summary>
    public TimeSpan PromoteAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many workers run batches at the same time, 1 to 256.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>The same options, for a runner that has no use for more than so many at once.</summary>
    internal BatcherOptions For(int mostAtOnce)
    {
        var copy = (BatcherOptions)MemberwiseClone();
        copy.MaxBatch = Math.Min(MaxBatch, mostAtOnce);
        copy.PreferredBatch = Math.Min(PreferredBatch, copy.MaxBatch);
        return copy;
    }

    /// <summary>The same options, with so many items waiting at most and so many workers.</summary>
    internal BatcherOptions Bounded(int queueBound, int workers)
    {
        var copy = (BatcherOptions)MemberwiseClone();
        (copy.QueueBound, copy.Workers) = (queueBound, workers);
        return copy;
    }

    /// <summary>What is wrong with these options; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Lanes is < 1 or > 16)
        {
            yield return $"{nameof(Lanes)} is {Lanes}; it must be 1 to 16.";
        }

        if (MaxBatch is < 1 or > 1024)
        {
            yield return $"{nameof(MaxBatch)} is {MaxBatch}; it must be 1 to 1024.";
        }

        if (PreferredBatch < 1 || PreferredBatch > MaxBatch)
        {
            yield return $"{nameof(PreferredBatch)} is {PreferredBatch}; it must be 1 to {nameof(MaxBatch)} ({MaxBatch}).";
        }

        if (LookAhead is < 1 or > 64)
        {
            yield return $"{nameof(LookAhead)} is {LookAhead}; it must be 1 to 64.";
        }

        if (QueueBound < MaxBatch)
        {
            yield return $"{nameof(QueueBound)} is {QueueBound}; it must be at least {nameof(MaxBatch)} ({MaxBatch}).";
        }

        if (Workers is < 1 or > 256)
        {
            yield return $"{nameof(Workers)} is {Workers}; it must be 1 to 256.";
        }

        foreach (var problem in TimeProblems())
        {
            yield return problem;
        }
    }

    private IEnumerable<string> TimeProblems()
    {
        var times = new (string Name, TimeSpan Value, TimeSpan Least, TimeSpan Most)[]
        {
            (nameof(LongestQueueDelay), LongestQueueDelay, TimeSpan.Zero, TimeSpan.FromSeconds(1)),
            (nameof(DefaultUrgency), DefaultUrgency, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
            (nameof(FairnessStep), FairnessStep, TimeSpan.Zero, TimeSpan.FromSeconds(1)),
            (nameof(PromoteAfter), PromoteAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
        };
        foreach (var (name, value, least, most) in times)
        {
            if (value < least || value > most)
            {
                yield return $"{name} is {value}; it must be {least} to {most}.";
            }
        }
    }
}
