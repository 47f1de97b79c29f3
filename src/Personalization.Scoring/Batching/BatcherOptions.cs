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

    /// <summary>
    /// The share of <see cref="QueueBound"/> that one owner's items may take, above 0 and up to 1; never less than
    /// <see cref="MaxBatch"/> items. Beyond it only this owner's are refused.
    /// </summary>
    public double OwnerShare { get; set; } = 0.25;

    /// <summary>
    /// The share of <see cref="QueueBound"/> that each lane leaves to the better ones, 0 to 1 / <see cref="Lanes"/>: an item of
    /// lane i is refused when all but i times that share of the places are taken.
    /// </summary>
    public double KeptShare { get; set; } = 0.0625;

    /// <summary>How many items of an owner go before everybody else of his lane has had as many, 1 to 1,024.</summary>
    public int FairShare { get; set; } = 16;

    /// <summary>How urgent an item is whose deadline is further ahead, or that has none: as if it had one so far ahead, 1 ms to 1 h.</summary>
    public TimeSpan DefaultUrgency { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How much later each item that an owner already has waiting makes the owner's next one, 0 to 1 s.</summary>
    public TimeSpan FairnessStep { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>After waiting so long an item of a lesser lane gets one of the places kept for such items, 1 ms to 1 h.</summary>
    public TimeSpan PromoteAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many workers run batches at the same time, 1 to 256.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>The most items of one owner that wait.</summary>
    internal int OwnerBound => (int)Math.Min(QueueBound, Math.Max(MaxBatch, Math.Ceiling(QueueBound * OwnerShare)));

    /// <summary>How many items may wait in all for one of this lane to be taken in.</summary>
    internal int LaneBound(int lane) => QueueBound - (int)(QueueBound * KeptShare * lane);

    /// <summary>The same options, for a runner that has no use for more than so many at once.</summary>
    internal BatcherOptions For(int mostAtOnce)
    {
        var copy = (BatcherOptions)MemberwiseClone();
        copy.MaxBatch = Math.Min(MaxBatch, mostAtOnce);
        copy.PreferredBatch = Math.Min(PreferredBatch, copy.MaxBatch);
        return copy;
    }

    /// <summary>The same options, with so many items waiting at most, whosever they are, and so many workers.</summary>
    internal BatcherOptions Bounded(int queueBound, int workers)
    {
        var copy = (BatcherOptions)MemberwiseClone();
        (copy.QueueBound, copy.Workers, copy.OwnerShare, copy.KeptShare) = (queueBound, workers, 1, 0);
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

        foreach (var problem in ShareProblems())
        {
            yield return problem;
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

    // Written so that NaN fails them.
    private IEnumerable<string> ShareProblems()
    {
        if (!(OwnerShare is > 0 and <= 1))
        {
            yield return $"{nameof(OwnerShare)} is {OwnerShare}; it must be above 0 and up to 1.";
        }

        if (!(KeptShare >= 0 && KeptShare * Math.Max(1, Lanes) <= 1))
        {
            yield return $"{nameof(KeptShare)} is {KeptShare}; it must be 0 to 1 / {nameof(Lanes)} (1 / {Lanes}).";
        }

        if (FairShare is < 1 or > 1024)
        {
            yield return $"{nameof(FairShare)} is {FairShare}; it must be 1 to 1024.";
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
